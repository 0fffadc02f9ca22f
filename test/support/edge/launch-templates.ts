import {
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { type Actions, xml } from './call.js';
import { ClientTokens } from './client-tokens.js';

/** Launch templates are moto's; it heeds neither the version that another is made from, nor client tokens. */
export class LaunchTemplates {
  readonly #ec2: (accountId: string, region: string) => EC2Client;
  readonly #tokens = new ClientTokens();

  constructor(ec2: (accountId: string, region: string) => EC2Client) {
    this.#ec2 = ec2;
  }

  empty(): void {
    this.#tokens.empty();
  }

  readonly actions: Actions = {
    /**
     * What is not said is as in the source version.
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
     */
    CreateLaunchTemplateVersion: async (call, forward) => {
      const { params, accountId, region } = call;
      const source = params.get('SourceVersion');
      if (!source) return forward();
      const id = params.get('LaunchTemplateId') ?? '';
      const made = this.#tokens.madeBy(call);
      if (made) return versionAnswer(id, made);
      const ec2 = this.#ec2(accountId, region);
      const read = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: [source] });
      const { LaunchTemplateVersions: [version] = [] } = await ec2.send(read);
      const said = (name: string) => params.get(`LaunchTemplateData.${name}`);
      const [UserData, HttpTokens, HttpEndpoint, hops] = [
        said('UserData'),
        said('MetadataOptions.HttpTokens'),
        said('MetadataOptions.HttpEndpoint'),
        said('MetadataOptions.HttpPutResponseHopLimit'),
      ];
      const { LaunchTemplateVersion: { VersionNumber } = {} } = await ec2.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateId: id,
          VersionDescription: params.get('VersionDescription') ?? '',
          LaunchTemplateData: {
            ...(version?.LaunchTemplateData as object),
            ...(UserData && { UserData }),
            MetadataOptions: {
              ...(version?.LaunchTemplateData?.MetadataOptions as object),
              ...(HttpTokens && { HttpTokens: HttpTokens as 'required' }),
              ...(HttpEndpoint && { HttpEndpoint: HttpEndpoint as 'enabled' }),
              ...(hops && { HttpPutResponseHopLimit: Number(hops) }),
            },
          },
        }),
      );
      this.#tokens.remember(call, `${VersionNumber}`);
      return versionAnswer(id, `${VersionNumber}`);
    },
  };
}

function versionAnswer(id: string, number: string) {
  const version = `<launchTemplateId>${id}</launchTemplateId><versionNumber>${number}</versionNumber>`;
  const response = 'CreateLaunchTemplateVersionResponse';
  return xml(200, `<${response}><launchTemplateVersion>${version}</launchTemplateVersion></${response}>`);
}

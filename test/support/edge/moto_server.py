"""moto.server, made fit to stand behind the edge; takes moto.server's own arguments."""

from collections.abc import Iterable
from functools import cache
from secrets import token_hex
from threading import Lock
from typing import Any

from moto import backends
from moto.core import responses
from moto.ec2.models import EC2Backend
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.models.subnets import Subnet
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.server import main

answer = DomainDispatcherApplication.__call__
list_modules = backends.list_of_moto_modules
make_load_balancer = ELBv2Backend.create_load_balancer
make_rule = SecurityGroupRule.__init__
update_description = SecurityGroupBackend._sg_update_description
turn = Lock()


def answer_in_turn(*args: Any) -> Iterable[bytes]:
    """moto lists its dicts in one thread while another adds to them: "dictionary changed size during iteration"."""
    with turn:
        return answer(*args)


def get_tags(self: TaggedEC2Resource) -> list[dict[str, str]]:
    """A look-up. moto scans the tags of all resources for each one: 22,000 rules take it minutes to list."""
    tags = self.ec2_backend.tags.get(self.id, {})
    return [{"resource_id": self.id, "key": key, "value": value} for key, value in tags.items()]


def make_described_rule(self: SecurityGroupRule, *args: Any, **kwargs: Any) -> None:
    """moto forgets the description of a rule that refers to a prefix list."""
    make_rule(self, *args, **kwargs)
    self.prefix_list_description = (args[7] if len(args) > 7 and args[7] else {}).get("Description")


def get_description(self: SecurityGroupRule) -> str | None:
    return self.prefix_list_description or self.ip_range.get("Description")


def update_any_description(self: SecurityGroupBackend, asked: SecurityGroupRule, rule: SecurityGroupRule) -> None:
    update_description(self, asked, rule)
    rule.prefix_list_description = asked.prefix_list_description


def get_zones(self: EC2Backend) -> dict[str, list[Zone]]:
    """An account's own names of zones: eu-west-1a here may be eu-west-1b there. moto has the same ones for all."""
    turned = {}
    for region, zones in RegionsAndZonesBackend.zones.items():
        by = int(self.account_id) % 10 % len(zones)
        ids = [zone.zone_id for zone in zones[by:] + zones[:by]]
        turned[region] = [Zone(zone.name, region, zone_id) for zone, zone_id in zip(zones, ids)]
    return turned


def get_zone_id(self: Subnet) -> str:
    return self.ec2_backend.get_zone_by_name(self.availability_zone).zone_id


def make_named_load_balancer(self: ELBv2Backend, *args: Any, **kwargs: Any) -> FakeLoadBalancer:
    """moto gives network load balancers the ARNs of application ones, and the same ARN to all of a name."""
    made = make_load_balancer(self, *args, **kwargs)
    if made.type == "network":
        arn = made.arn
        place, _ = arn.replace(":loadbalancer/app/", ":loadbalancer/net/").rsplit("/", 1)
        made.arn = f"{place}/{token_hex(8)}"
        self.load_balancers[made.arn] = self.load_balancers.pop(arn)
        self.tagging_service.copy_tags(arn, made.arn)
    return made


# moto looks both up anew for every call: a third of its time.
backends.list_of_moto_modules = cache(lambda: [*list_modules()])
responses.method_names_from_class = cache(responses.method_names_from_class)

DomainDispatcherApplication.__call__ = answer_in_turn
EC2Backend.zones = property(get_zones)
Subnet.availability_zone_id = property(get_zone_id)
ELBv2Backend.create_load_balancer = make_named_load_balancer
SecurityGroupRule.__init__ = make_described_rule
SecurityGroupRule.description = property(get_description)
SecurityGroupBackend._sg_update_description = update_any_description
TaggedEC2Resource.get_tags = get_tags

# AWS counts IPv4 and IPv6 rules apart, moto together: the edge does it.
SecurityGroupBackend._verify_group_will_respect_rule_count_limit = lambda *_, **__: None

if __name__ == "__main__":
    main()

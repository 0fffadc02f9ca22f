"""moto.server, made fit to stand behind the edge; takes moto.server's own arguments."""

from collections.abc import Iterable
from threading import Lock
from typing import Any

from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.server import main

answer = DomainDispatcherApplication.__call__
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


DomainDispatcherApplication.__call__ = answer_in_turn
SecurityGroupRule.__init__ = make_described_rule
SecurityGroupRule.description = property(get_description)
SecurityGroupBackend._sg_update_description = update_any_description
TaggedEC2Resource.get_tags = get_tags

# AWS counts IPv4 and IPv6 rules apart, moto together: the edge does it.
SecurityGroupBackend._verify_group_will_respect_rule_count_limit = lambda *_, **__: None

if __name__ == "__main__":
    main()

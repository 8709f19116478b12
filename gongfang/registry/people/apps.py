from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "gongfang.registry.people"
    label = "people"

from django.apps import AppConfig


class PieceworkConfig(AppConfig):
    name = "gongfang.work.piecework"
    label = "piecework"

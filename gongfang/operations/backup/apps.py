from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "gongfang.operations.backup"
    label = "backup"

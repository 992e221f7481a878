from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0003_datasets"),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterRow",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(unique=True)),
                ("body", models.TextField()),
            ],
        ),
    ]

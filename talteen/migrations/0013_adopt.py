"""Balancing tests and the impact assessment, proposed and adopted (decision 229)."""

import django.db.models.deletion
from django.db import migrations, models

from talteen.register.database.append_only import ADOPTED, NOT_ADOPTED
from talteen.migrations._near import Step


class Migration(Step):
    # The trigger keeps rows of a table that the release before does not know.
    stops = frozenset[str]()


    dependencies = [
        ('talteen', '0012_saml'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssessmentStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paper', models.CharField(max_length=64)),
                ('step', models.CharField(max_length=12)),
                ('sha256', models.BinaryField()),
                ('words', models.TextField(blank=True)),
                ('reviewed_on', models.DateField(null=True)),
                ('by_code', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('proposal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later', to='talteen.assessmentstep')),
            ],
            options={
                'db_table': 'assessment_step',
                'indexes': [models.Index(fields=['paper', 'at'], name='assessment_of_paper')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('step__in', ['adopted', 'withdrawn'])), fields=('proposal',), name='assessment_ends_once')],
            },
        ),
        migrations.RunSQL(ADOPTED, NOT_ADOPTED),
    ]

"""Passages of calls that teach, lists of them, and that somebody took part (decisions 264, 265)."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models
from talteen.migrations._near import Step


class Migration(Step):
    # New tables only: the release before does not know them.
    stops = frozenset[str]()

    dependencies = [
        ('talteen', '0018_live_kind'),
    ]

    operations = [
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('start_ms', models.PositiveIntegerField()),
                ('end_ms', models.PositiveIntegerField()),
                ('teaches', models.CharField(max_length=280)),
                ('marked_at', models.DateTimeField()),
                ('state', models.CharField(max_length=12)),
                ('decided_at', models.DateTimeField(null=True)),
                ('objected_at', models.DateTimeField(null=True)),
                ('sealed', models.BinaryField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='passages_decided', to=settings.AUTH_USER_MODEL)),
                ('marked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passages_marked', to=settings.AUTH_USER_MODEL)),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passages', to='talteen.recording')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='passages_settled', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'passage',
            },
        ),
        migrations.CreateModel(
            name='Playlist',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=120)),
                ('made_at', models.DateTimeField()),
                ('died', models.PositiveIntegerField(default=0)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='playlists', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='playlists', to='talteen.unit')),
            ],
            options={
                'db_table': 'playlist',
            },
        ),
        migrations.CreateModel(
            name='PlaylistEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('passage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='talteen.passage')),
                ('playlist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='talteen.playlist')),
            ],
            options={
                'db_table': 'playlist_entry',
            },
        ),
        migrations.CreateModel(
            name='PassageDone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passages_done', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='done', to='talteen.playlistentry')),
            ],
            options={
                'db_table': 'passage_done',
            },
        ),
        migrations.CreateModel(
            name='PlaylistReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('playlist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='talteen.playlist')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='playlists_for', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'playlist_reader',
            },
        ),
        migrations.CreateModel(
            name='TookPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('ends_on', models.DateField(db_index=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='took_part', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'took_part',
            },
        ),
        migrations.AddConstraint(
            model_name='passage',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('marked_by')), _negated=True), _connector='OR'), name='passage_by_two'),
        ),
        migrations.AddConstraint(
            model_name='playlistentry',
            constraint=models.UniqueConstraint(fields=('playlist', 'passage'), name='playlist_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='passagedone',
            constraint=models.UniqueConstraint(fields=('entry', 'staff'), name='passage_done_once'),
        ),
        migrations.AddConstraint(
            model_name='playlistreader',
            constraint=models.UniqueConstraint(fields=('playlist', 'staff'), name='playlist_reader_once'),
        ),
        migrations.AddConstraint(
            model_name='tookpart',
            constraint=models.UniqueConstraint(fields=('staff', 'on'), name='took_part_once'),
        ),
    ]

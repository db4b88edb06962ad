"""What measurements from outside import plays W20 to its end, whatever the product asks of officers."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import text

from bench import side
from services.cases.audit import verify
from services.unit_of_work import Database


def test_a_project_of_w20_is_registered_and_decided_to_its_end(postgres_url):
    side.prepare(postgres_url)
    with closing(side.open(postgres_url)) as client:
        project = client.register(1)
        for item in side.ITEMS:
            client.decide(project, item, f"officer-{item}", "agreed")
    with closing(Database(postgres_url)) as database:
        with database.reading() as connection:
            states = connection.execute(text("SELECT DISTINCT state FROM item")).scalars().all()
        assert states == ["granted"]
        assert verify(database).ok

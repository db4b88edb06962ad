"""The project ledger 项目台账: lines in the order in which they hurt."""

from __future__ import annotations

from sqlalchemy import Connection

from services.cases.views.ledger import projects_in
from services.cases.views.lists.project_query import ProjectQuery
from services.ledgers.question import Question
from services.ledgers.source import Lines


class ProjectLines:
    """Projects, ordered by light and by the day on which they turn red."""

    def page(self, connection: Connection, asked: Question, *, counted: bool = True) -> Lines:
        """A page of the projects that the reader may see."""
        listed = projects_in(
            connection, query_of(asked), asked.when, viewer=asked.viewer, counted=counted
        )
        return Lines(listed.projects, listed.next, listed.total)


def query_of(asked: Question) -> ProjectQuery:
    """What is asked, as the list of projects takes it."""
    filters = {name: value for name, value in asked.filters.items() if value != "all"}
    return ProjectQuery.model_validate({**filters, "after": asked.after, "page_size": asked.limit})

"""What people send about notices."""

from wtforms import BooleanField

from app.notifications.words import TOPICS
from app.web.forms import Form


class WishesForm(Form):
    """Says which topics one wants mail about."""

    def chosen(self) -> list[str]:
        """Return the topics that were ticked."""
        return [topic for topic in TOPICS if self[f"mail_{topic}"].data]


for _topic, _label in TOPICS.items():
    setattr(WishesForm, f"mail_{_topic}", BooleanField(_label))

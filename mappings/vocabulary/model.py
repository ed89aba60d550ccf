"""What people write in files, checked when it is read."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen value object; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

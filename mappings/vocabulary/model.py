"""Value objects that are checked when they are made: what people write in files, and what Regie reads back of its own."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen value object; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

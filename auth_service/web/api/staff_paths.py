"""What stands in the paths of calls for staff."""

from auth_service.web.api.call import PathParameter
from auth_service.web.api.signed_in import GEMEENTE_CODE

IN_GEMEENTE = PathParameter(
    GEMEENTE_CODE,
    "De gemeente: de eigen, of elke voor een beheerder.",
    "GM9901",
    {"type": "string", "pattern": "^GM[0-9]{4}$"},
)

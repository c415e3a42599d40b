"""What stands in the paths of calls for staff."""

from auth_service.web.api.call import PathParameter
from auth_service.web.api.signed_in import GEMEENTE_CODE

IN_GEMEENTE = PathParameter(
    GEMEENTE_CODE, "De gemeente waarvoor u werkt.", "GM0361", {"type": "string", "pattern": "^GM[0-9]{4}$"}
)

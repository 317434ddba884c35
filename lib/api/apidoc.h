#ifndef API_APIDOC_H
#define API_APIDOC_H

#include "base/slice.h"

/* The description of the programming interface, OpenAPI 3.1: doc/openapi.json as it
 * was when this was built. */
struct slice apidoc(void);

#endif

#ifndef API_APISEND_H
#define API_APISEND_H

#include "api/api.h"

/*
 * A request whose body is there: messages out of it, down the chain, and the answer
 * when all receipts have come.  Nothing of the request may be touched behind these.
 * Only for api.c.
 */
void apisend_raw(struct apicall *);
void apisend_json(struct apicall *);

#endif

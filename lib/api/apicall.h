#ifndef API_APICALL_H
#define API_APICALL_H

#include "api/api.h"

/* What all files of this subject do with a request.  Only for them. */

/* the share of who it is, or of his address: room that he holds */
struct party *apicall_party(struct apicall *);
/* it is refused as a whole; nothing of it may be touched behind this */
void apicall_refuse(struct apicall *, unsigned status, const char *detail,
    const char *esc, unsigned retry_s);
/* nobody hears any more, and nothing is under way: it is gone */
void apicall_free(struct apicall *);

/* the event of a refusal, unless so many are told that it is in a sum; call may be
 * NULL */
void apicall_tell(struct apicall *, struct apiconn *, unsigned status,
    const char *detail, const char *esc);
/* an answer that is a problem; fields go with it */
void apicall_problem(struct apiconn *, unsigned status, const char *detail,
    const char *esc, const char *fields, int head);
/* those that go with a status; more has room for them */
const char *apicall_with_status(unsigned status, unsigned retry_s,
    char more[160]);

#endif

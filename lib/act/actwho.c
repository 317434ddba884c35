#include "act/actwho.h"
#include "base/num.h"
#include <stdint.h>
#include <string.h>

/* a user's number, perhaps with an LF behind it; UINT32_MAX is nobody's */
static int
number(const char *s, uid_t *out)
{
	uint64_t u;

	if (s == NULL ||
	    num_scan(s, strcspn(s, "\n"), 0, UINT32_MAX - 1, &u) == -1)
		return 0;
	*out = (uid_t)u;
	return 1;
}

int
actwho_login(const char *loginuid, uid_t uid, const char *sudo, uid_t *out)
{
	if (!number(loginuid, out) && (uid != 0 || !number(sudo, out)))
		return 0;
	return *out != uid;
}

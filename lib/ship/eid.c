#include "ship/eid.h"
#include "base/ascii.h"
#include "crypt/digest.h"
#include "queue/logline.h"
#include <string.h>

int
eid_ok(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!ascii_digit(p[i]) && (p[i] < 'a' || p[i] > 'f'))
			return 0;
	return n == EID_LEN;
}

/* the field that begins with this, its TAB too, as offset and length; its
 * length is 0 when there is none */
static size_t
field_at(const char *p, size_t n, const char *label, size_t *at)
{
	const char *f = memmem(p, n, label, strlen(label)), *end;

	if (f == NULL)
		return 0;
	*at = (size_t)(f - p);
	end = memchr(f + 1, '\t', n - *at - 1);
	return end == NULL ? n - *at : (size_t)(end - f);
}

void
eid_make(const char *line, size_t n, char out[EID_LEN + 1])
{
	static const char own[] = "\teid:", replay[] = "\treplay:";
	unsigned char sum[DIGEST_LEN];
	size_t skip, at = 0, len, i;
	struct digest d;

	logline_time(line, n, &skip);
	line += skip;
	n -= skip;
	out[EID_LEN] = '\0';
	len = field_at(line, n, own, &at);
	if (len > 0 &&
	    eid_ok(line + at + sizeof own - 1, len - sizeof own + 1)) {
		memcpy(out, line + at + sizeof own - 1, EID_LEN);
		return;
	}
	len = field_at(line, n, replay, &at);
	digest_init(&d);
	if (len > 0) {
		digest_add(&d, line, at);
		line += at + len;
		n -= at + len;
	}
	digest_add(&d, line, n);
	digest_end(&d, sum);
	for (i = 0; i < EID_LEN / 2; i++)
		ascii_hex(out + 2 * i, sum[i]);
}

/* msgid_next: slices within the value, in order, and an id that stands by
 * itself in angle brackets is found as it is */
#include "mail/msgid.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *in = (const char *)data, *last = in, *id, *same;
	char one[MSGID_MAX + 2];
	struct msgids m, again;
	size_t len, len2;

	msgid_open(&m, in, n);
	while (msgid_next(&m, &id, &len)) {
		if (id < last || len == 0 || len > MSGID_MAX ||
		    id + len > in + n)
			abort();
		last = id + len;
		if (memchr(id, '<', len) != NULL && !m.angled)
			abort();
		if (!m.angled)
			continue;
		one[0] = '<';
		memcpy(one + 1, id, len);
		one[len + 1] = '>';
		msgid_open(&again, one, len + 2);
		if (!msgid_next(&again, &same, &len2) || len2 != len ||
		    memcmp(same, id, len) != 0 ||
		    msgid_next(&again, &same, &len2))
			abort();
	}
	return 0;
}

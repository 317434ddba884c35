#include "queue/result.h"
#include "queue/name.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* what is read stays in the line; a reply has no byte that is not escaped */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct buf reply;
	struct result r;
	const char *p = (const char *)data;
	size_t i;

	result_again(p, n);
	if (result_parse(p, n, &r) == -1)
		return 0;
	if (r.id < p || r.id + NAME_LEN > p + n || r.status > RESULT_SENDING ||
	    name_check(r.id, NAME_LEN) == -1 || r.next_ms < 0)
		abort();
	if (r.site != NULL &&
	    (r.site->value_len == 0 || r.site->value_len > 255))
		abort();
	if (!message_sent(result_success(&r)))
		abort();
	if (result_reply(&r, &reply) == -1)
		abort();
	for (i = 0; i < buf_len(&reply); i++)
		if (memchr("\t\n\r", buf_data(&reply)[i], 3) != NULL)
			abort();
	return 0;
}

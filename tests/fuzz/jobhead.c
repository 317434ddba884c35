#include "format/ltsv.h"
#include "queue/jobhead.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define ID "1j0qcho4p7000000011c"

/* the input is an envelope, or with a first byte of 0 a whole head: each job
 * of it is LTSV with the recipient's number, in bounds */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct buf head, job;
	static struct ltsv l;
	struct jobhead *c;
	char domain[JOBHEAD_DOMAIN_MAX];
	uint64_t u;
	unsigned i;

	buf_clear(&head);
	if (n > 0 && data[0] == 0)
		buf_put(&head, data + 1, n - 1);
	else if (message_format(&head, (const char *)data, n, 5, NULL) == -1)
		return 0;
	if (buf_len(&head) == 0)
		return 0;
	c = jobhead_make(buf_data(&head), buf_len(&head), ID, "/q/" ID);
	if (c == NULL)
		return 0;
	for (i = 0; i < c->n_rcpt; i++) {
		buf_clear(&job);
		if (jobhead_job(c, i, ID, 3, 1, &job) == -1)
			abort();
		if (buf_len(&job) < LTSV_LINE_MAX &&
		    (ltsv_parse(buf_data(&job), buf_len(&job), &l) == -1 ||
			ltsv_num(&l, "n", i, i, &u) == -1))
			abort();
		buf_clear(&job);
		if (jobhead_who(c, i, &job) == -1)
			abort();
		if (jobhead_domain(c->text + c->rcpt[i].at, c->rcpt[i].to_len,
			domain) > JOBHEAD_DOMAIN_MAX ||
		    c->rcpt[i].offset >= buf_len(&head))
			abort();
	}
	free(c);
	return 0;
}

#include "chain/receipt.h"
#include "base/clock.h"
#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum receipt_wait
receipt_await(struct receipt *t, int in, int64_t ms)
{
	int64_t until = clock_mono_ms() + ms, left;
	struct pollfd pf = { .fd = in, .events = POLLIN };
	size_t len = 0;
	ssize_t r;
	long k;

	for (;;) {
		k = receipt_get(t->got, len, &t->kind, &t->text, &t->len);
		if (k == -1 || len == sizeof t->got)
			return RECEIPT_NONSENSE;
		if (k > 0)
			return RECEIPT_CAME;
		left = until - clock_mono_ms();
		if (left <= 0 || poll(&pf, 1, left) == 0)
			return RECEIPT_LATE;
		r = read(in, t->got + len, sizeof t->got - len);
		if (r == -1 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (r <= 0)
			return RECEIPT_NONE;
		len += r;
	}
}

#include "many/progress.h"

enum { WIDTH = 30 };

int
progress_bar(struct buf *b, const struct progress *p)
{
	uint64_t done = p->all == 0 ? WIDTH : p->at * WIDTH / p->all, i,
		 rows = p->sent + p->repeated + p->rejected,
		 ms = p->ms <= 0 ? 1 : (uint64_t)p->ms, left_s;

	if (buf_putc(b, '[') == -1)
		return -1;
	for (i = 0; i < WIDTH; i++)
		if (buf_putc(b, i < done ? '=' : i == done ? '>' : ' ') == -1)
			return -1;
	if (buf_printf(b, "] %3llu%%  %llu sent, %llu/s",
		(unsigned long long)(p->all == 0 ? 100 : p->at * 100 / p->all),
		(unsigned long long)p->sent,
		(unsigned long long)(rows * 1000 / ms)) == -1)
		return -1;
	if (p->at == 0 || p->at >= p->all)
		return 0;
	left_s = (p->all - p->at) / 1000 * ms / p->at +
	    (p->all - p->at) % 1000 * ms / p->at / 1000;
	return buf_printf(b, ", %llu:%02llu left",
	    (unsigned long long)(left_s / 60),
	    (unsigned long long)(left_s % 60));
}

int
progress_end(struct buf *b, const struct progress *p)
{
	return buf_printf(b,
	    "%llu sent, %llu repeated, %llu rejected in %lld.%lld s",
	    (unsigned long long)p->sent, (unsigned long long)p->repeated,
	    (unsigned long long)p->rejected, (long long)(p->ms / 1000),
	    (long long)(p->ms % 1000 / 100));
}

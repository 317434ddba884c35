#include "queue/accepted.h"
#include "chain/event.h"
#include "format/parcel.h"

/* the sender, and of a message with one recipient that */
static void
put_who(const char *p, const char *end, unsigned rcpts)
{
	struct ltsv_field from = { "from", "", 4, 0 }, to = { "to", "", 2, 0 };
	struct parcel_line l;

	while (p < end && parcel_next(&p, end, &l) == 1) {
		if (parcel_is(&l, "from")) {
			from.value = l.value;
			from.value_len = l.value_len;
		} else if (parcel_is(&l, "to")) {
			to.value = l.value;
			to.value_len = parcel_address(l.value, l.value_len);
			if (rcpts > 1)
				break;
		}
	}
	event_copy(&from);
	if (rcpts == 1)
		event_copy(&to);
}

static int
is_told(const struct parcel_line *l)
{
	static const char *const labels[] = { "client", "client-name", "helo",
		"proto", "user", "uid", "tls", "tls-cert", "tenant", "prio",
		"key", "tag", "hold-until", "of", "spf", "dkim", "dmarc", "arc",
		"iprev", "uuid", "ms-receive", "was" };
	unsigned i;

	for (i = 0; i < sizeof labels / sizeof *labels; i++)
		if (parcel_is(l, labels[i]))
			return 1;
	return 0;
}

void
accepted_event(const char *kind, const char *id, const char *env, size_t n,
    unsigned rcpts, uint64_t size)
{
	const char *p = env, *end = env + n;
	struct parcel_line l;
	struct ltsv_field f;

	event_begin(kind);
	event_puts("id", id);
	put_who(env, end, rcpts);
	event_num("rcpts", rcpts);
	event_num("size", size);
	while (p < end && parcel_next(&p, end, &l) == 1) {
		if (!is_told(&l))
			continue;
		f = (struct ltsv_field){ l.key, l.value, l.key_len,
			l.value_len };
		event_copy(&f);
	}
	event_end();
}

/* queue-list - what waits in a queue, one line a recipient */
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "format/ltsv.h"
#include "queue/queuewalk.h"
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "queue-list [-ail] [-C CONFDIR] QUEUE [SELECTOR...]";

enum { OUT_BYTES = 65536 };

static struct selector_list selectors;
static struct queuewalk walk = { .sel = &selectors };
static struct buf out;
static int ltsv, only_ids, status = EXIT_OK;
static uint64_t sum_place[QUEUEWALK_PLACES], sum_rcpts, sum_messages, sum_bytes;
static char last[NAME_LEN]; /* the message of the recipient before */

static int
waits(enum message_state s)
{
	return s == MESSAGE_QUEUED || s == MESSAGE_HELD;
}

static int
put_words(const struct walkrcpt *l)
{
	char old[STANDING_SPAN], next[STANDING_SPAN] = "-";
	const struct parcel_line *from = &l->m->from;
	int k;

	standing_span(old, sizeof old, l->m->age_s);
	if (l->state == MESSAGE_QUEUED)
		standing_span(next, sizeof next, l->next - walk.now_s);
	k = buf_printf(&out, "%s %2u %-7s %2u %4s %4s %6llu <%.*s> <%.*s>",
	    l->m->id, l->n, queuewalk_place_name[queuewalk_place(l)],
	    l->r->tries, old, next, (unsigned long long)l->m->h.size,
	    (int)from->value_len, from->value, (int)l->r->address_len,
	    l->r->address);
	k |= standing_words(&l->at, l->state, l->next, l->m->hold_until,
	    walk.now_s, &out);
	return k |
	    buf_printf(&out, "%s%.*s\n", l->r->reply_len > 0 ? " " : "",
		(int)l->r->reply_len, l->r->reply);
}

/* values of the head are escaped as LTSV has it */
static int
put_raw(const char *label, const char *p, size_t n)
{
	struct ltsv_field f = { label, p, strlen(label), n };

	return n > 0 ? ltsv_copy(&out, &f) : 0;
}

static int
put_ltsv(const struct walkrcpt *l)
{
	static const struct ltsv_field null = { "from", "", 4, 0 };
	const struct walkmessage *e = l->m;
	const struct message_rcpt *r = l->r;
	int64_t us = name_time_us(l->m->id);
	int k = ltsv_puts(&out, "id", l->m->id);

	k |= ltsv_putnum(&out, "n", l->n);
	k |= ltsv_puts(&out, "state", store_state_name(l->state));
	if (message_owes(l->state))
		k |= ltsv_puts(&out, "report", "owed");
	if (e->from.value_len == 0)
		k |= ltsv_copy(&out, &null);
	k |= put_raw("from", e->from.value, e->from.value_len);
	k |= put_raw("to", r->address, r->address_len);
	k |= ltsv_putnum(&out, "size", l->m->h.size);
	k |= ltsv_putnum(&out, "try", r->tries);
	k |= buf_printf(&out, "\tbirth:%lld.%03d", (long long)(us / 1000000),
	    (int)(us / 1000 % 1000));
	if (waits(l->state))
		k |= ltsv_putnum(&out, "next", l->next);
	k |= standing_labels(&l->at, &out);
	k |= put_raw("prio", e->prio.value, e->prio.value_len);
	k |= put_raw("tenant", e->tenant.value, e->tenant.value_len);
	k |= put_raw("hold-until", e->hold.value, e->hold.value_len);
	k |= put_raw("params", r->params, r->params_len);
	k |= put_raw("reply", r->reply, r->reply_len);
	return k | ltsv_end(&out);
}

static void
count(const struct walkrcpt *l)
{
	sum_place[queuewalk_place(l)]++;
	sum_rcpts++;
	if (memcmp(last, l->m->id, NAME_LEN) == 0)
		return;
	memcpy(last, l->m->id, NAME_LEN);
	sum_messages++;
	sum_bytes += l->m->h.size;
}

static void
each(void *arg, const struct walkrcpt *l)
{
	int k = 0, again = memcmp(last, l->m->id, NAME_LEN) == 0;

	(void)arg;
	count(l);
	if (!only_ids)
		k = ltsv ? put_ltsv(l) : put_words(l);
	else if (!again)
		k = buf_printf(&out, "%s\n", l->m->id);
	if (k != 0)
		die(EXIT_TEMP, "out of memory");
	if (buf_len(&out) >= OUT_BYTES)
		out_flush_plain(&out);
}

static void
say_sum(void)
{
	const char *sep = "; ";
	unsigned i;

	if (sum_rcpts == 0) {
		if (selectors.n == 0 && !walk.only_ids &&
		    buf_len(&selectors.ids) == 0)
			return;
		warn("nothing matched");
		status = status == EXIT_OK ? EXIT_NONE : status;
		return;
	}
	if (ltsv || only_ids)
		return;
	buf_printf(&out, "total: recipients %llu, messages %llu, bytes %llu",
	    (unsigned long long)sum_rcpts, (unsigned long long)sum_messages,
	    (unsigned long long)sum_bytes);
	for (i = 0; i < QUEUEWALK_PLACES; i++)
		if (sum_place[i] > 0) {
			buf_printf(&out, "%s%s %llu", sep,
			    queuewalk_place_name[i],
			    (unsigned long long)sum_place[i]);
			sep = ", ";
		}
	if (buf_printf(&out, "; %s%s\n", walk.source,
		walk.hold ? "; everything is held" : "") == -1)
		die(EXIT_TEMP, "out of memory");
}

/* QUEUE, and selectors behind it; the other order, as it once was, where only
 * that makes sense */
static const char *
operands(int n, char **word)
{
	struct selector_list l = { .n = 0 };
	const char *queue = word[0], *wrong;
	int behind = n > 1 && selector_word(&l, word[0]) == NULL &&
	    selector_word(&l, word[n - 1]) != NULL;

	selector_free(&l);
	if (behind)
		queue = word[n - 1];
	for (; n > 0; n--, word++)
		if (*word != queue &&
		    (wrong = ask_word(&selectors, *word, &walk.only_ids)) !=
			NULL)
			die(EXIT_PERM, "%s: %s", *word, wrong);
	selector_sort(&selectors);
	return queue;
}

int
main(int argc, char **argv)
{
	const char *queue;
	int o;

	prog_init(argv);
	opterr = 0;
	while ((o = getopt(argc, argv, "+ailC:")) != -1)
		switch (o) {
		case 'a': walk.all = 1; break;
		case 'C': walk.conf = optarg; break;
		case 'i': only_ids = 1; break;
		case 'l': ltsv = 1; break;
		default: die_usage(usage);
		}
	if (argc == optind)
		die_usage(usage);
	queue = operands(argc - optind, argv + optind);
	if (selector_kinds(&selectors) & 1u << SELECTOR_STATE)
		walk.all = 1;
	walk.ask = !only_ids;
	walk.each = each;
	queuewalk_open(&walk, queue);
	queuewalk_run(&walk);
	status = walk.damaged ? EXIT_PERM : EXIT_OK;
	say_sum();
	out_flush_plain(&out);
	return status;
}

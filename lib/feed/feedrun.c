#include "feed/feedrun.h"
#include "base/die.h"
#include "base/exit.h"
#include "format/ltsv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
tell(struct feedrun *r, uint64_t n, uint64_t at, const char *status,
    const char *label, struct slice text)
{
	if (r->quiet)
		return;
	needs(ltsv_putnum(&r->out, "n", n));
	needs(ltsv_putnum(&r->out, "at", at));
	needs(ltsv_puts(&r->out, "status", status));
	needs(ltsv_put(&r->out, label, text.p, text.n));
	needs(ltsv_end(&r->out));
}

void
feedrun_refuse(struct feedrun *r, const char *why)
{
	r->refused = 1;
	tell(r, r->count + 1, r->at, "refused", "text",
	    (struct slice){ why, strlen(why) });
}

void
feedrun_settle(struct feedrun *r)
{
	struct feedletter *l;

	for (; (l = r->first) != NULL && l->done; feedletter_free(l)) {
		r->stuck |= l->later;
		r->first = l->next;
		if (r->first == NULL)
			r->last = &r->first;
		if (r->stuck || r->book.fd == -1 || l->end == r->book.at)
			continue;
		if (feedbook_note(&r->book, l->end, l->n) == -1)
			die(EXIT_TEMP, "unable to write %s: %m", r->book_path);
	}
}

static void
done(struct feedrun *r, struct feedletter *l, enum receipt_kind kind,
    struct slice text)
{
	const char *blank = text.n == 0 ? NULL : memchr(text.p, ' ', text.n);

	l->done = 1;
	if (kind == RECEIPT_OK) {
		if (blank != NULL)
			text.n = (size_t)(blank - text.p);
		tell(r, l->n, l->at, blank == NULL ? "queued" : "repeated",
		    "id", text);
	} else if (kind == RECEIPT_TEMP) {
		r->later = l->later = 1;
		tell(r, l->n, l->at, "later", "text", text);
	} else {
		r->refused = 1;
		tell(r, l->n, l->at, "refused", "text", text);
	}
}

static void
on_receipt(struct handover_item *item, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct feedletter *l = (struct feedletter *)item;
	struct feedrun *r = l->run;

	r->under_way--;
	done(r, l, kind, (struct slice){ text, n });
	if (r->answered != NULL)
		r->answered(r->arg, kind, text, n);
}

/* where to */

static void put(struct feedrun *, struct feedletter *);

static void
on_again(void *arg)
{
	struct feedrun *r = arg;
	struct handover_item *i = r->waiting, *behind;

	r->waiting = NULL;
	r->last_waiting = &r->waiting;
	handover_start(&r->chain);
	for (; i != NULL; i = behind) {
		behind = i->next;
		put(r, (struct feedletter *)i);
	}
}

/* the instance may be about to start again */
static void
put(struct feedrun *r, struct feedletter *l)
{
	if (r->waiting == NULL && handover_put(&r->chain, &l->item) == 0) {
		r->under_way++;
		r->waited_ms = 0;
		return;
	}
	if (r->waited_ms >= FEEDRUN_AGAIN_FOR_MS)
		die(EXIT_TEMP, "unable to reach the queue, %s",
		    r->chain.argv[0]);
	l->item.next = NULL;
	*r->last_waiting = &l->item;
	r->last_waiting = &l->item.next;
	if (loop_timer_active(&r->again))
		return;
	r->waited_ms += FEEDRUN_AGAIN_MS;
	loop_timer_set(&r->again, FEEDRUN_AGAIN_MS, on_again, r);
}

void
feedrun_hand_in(struct feedrun *r, struct feedletter *l, const char *why,
    unsigned i, uint64_t end)
{
	char key[FEEDLETTER_KEY_MAX];

	l->run = r;
	l->n = ++r->count;
	l->at = r->at;
	l->end = end;
	*r->last = l;
	r->last = &l->next;
	snprintf(key, sizeof key, "%s-%llu-%u", r->book.id,
	    (unsigned long long)r->at, i);
	if (why == NULL &&
	    feedletter_seal(l, &r->env, r->book.fd == -1 ? NULL : key,
		&r->by) == -1)
		die(EXIT_TEMP, "unable to complete a message: %m");
	buf_clear(&r->env);
	if (why != NULL) {
		done(r, l, why[0] == '4' ? RECEIPT_TEMP : RECEIPT_PERM,
		    (struct slice){ why, strlen(why) });
		return;
	}
	l->item.done = on_receipt;
	put(r, l);
}

struct feedletter *
feedrun_letter(const struct feedrun *r)
{
	struct feedletter *l = feedletter_new(r->tmp);

	needs(l == NULL ? -1 : 0);
	return l;
}

unsigned
feedrun_open(const struct feedrun *r)
{
	return r->under_way + (r->waiting != NULL);
}

void
feedrun_start(struct feedrun *r, char *const argv[])
{
	r->last = &r->first;
	r->last_waiting = &r->waiting;
	handover_init(&r->chain, argv,
	    strncmp(argv[0], "unix:", 5) == 0 ? FEEDRUN_CONNECTIONS : 1);
	handover_start(&r->chain);
}

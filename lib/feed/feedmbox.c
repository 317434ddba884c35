#include "base/die.h"
#include "base/exit.h"
#include "feed/feedsource.h"

/* a message is whole */
static void
ends(struct feedsource *s)
{
	struct feedrun *r = s->run;
	const char *line = buf_data(&s->text),
		   *why = feedletter_whole(s->letter);
	struct slice from = { line, mboxin_sender(line, buf_len(&s->text)) };
	uint64_t end = s->began + s->mbox.at;

	if (why == NULL)
		why = feedmail_mbox(&r->mail, &r->env, from,
		    feedletter_header(s->letter));
	feedrun_hand_in(r, s->letter, why, 0, end);
	r->at = end;
	s->letter = NULL;
}

static void
handle(struct feedsource *s, const struct mboxin_event *ev)
{
	switch (ev->kind) {
	case MBOXIN_BEGIN:
		buf_clear(&s->text);
		needs(buf_put(&s->text, ev->arg, ev->n));
		s->letter = feedrun_letter(s->run);
		break;
	case MBOXIN_TEXT: feedletter_add(s->letter, ev->arg, ev->n); break;
	case MBOXIN_END: ends(s); break;
	case MBOXIN_BAD:
		die(EXIT_PERM,
		    "no mailbox at byte %llu: it does not begin with a line "
		    "From",
		    (unsigned long long)s->run->at);
	case MBOXIN_MORE: break;
	}
}

static size_t
feed(struct feedsource *s, const char *p, size_t n)
{
	struct mboxin_event ev;
	size_t used = mboxin_feed(&s->mbox, p, n, &ev);

	handle(s, &ev);
	s->went = used > 0 || ev.kind != MBOXIN_MORE;
	return used;
}

static void
end(struct feedsource *s)
{
	struct mboxin_event ev;

	do {
		mboxin_end(&s->mbox, &ev);
		handle(s, &ev);
	} while (ev.kind != MBOXIN_MORE);
}

const struct feedsource_ops feedsource_mbox = { feed, end };

/*
 * mail-feed - messages of a stream into the chain
 *
 * Descriptor 0 -> feed/mboxin, feed/bsmtpin or lines of JSON -> feed/feedletter
 * -> parcels to the instance; receipts come back and become lines on descriptor
 * 1, and in the book of the stream what is done.
 */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "base/random.h"
#include "base/slice.h"
#include "compose/compose.h"
#include "conf/hostname.h"
#include "feed/bsmtpin.h"
#include "feed/feedbook.h"
#include "feed/feedletter.h"
#include "feed/feedmail.h"
#include "feed/mboxin.h"
#include "format/jsonread.h"
#include "format/ltsv.h"
#include "recv/receiptreply.h"
#include "sendmail/handin.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef ROHRPOST_DIR
#define ROHRPOST_DIR "/var/lib/rohrpost"
#endif

enum {
	READ = 65536,
	WINDOW_DEFAULT = 200,      /* messages under way */
	WINDOW_MAX = 10000,        /* -w */
	CONNECTIONS = 16,          /* each has one message under way */
	LINE_MAX_BYTES = 64 << 20, /* of JSON */
	SIZE_MAX_BYTES = 1 << 30,  /* of a message by BSMTP */
	AGAIN_MS = 200,            /* where nobody takes it */
	AGAIN_FOR_MS = 5000
};

static const char usage[] =
    "mail-feed -b | -j | -m [-tv] [-C dir] [-f from] [-s FILE] [-w N] "
    "[recipient ...]";

static struct {
	char format;
	int take_rcpts, replies;
	const char *dir, *from, *book;
	unsigned window;
} opt = { .window = WINDOW_DEFAULT };

static char me[HOSTNAME_MAX + 1], sender[ENVELOPE_ADDRESS_ROOM];
static const char *tmp;
static struct localuser caller;
static struct envelope rcpts = { .me = me };
static struct feedmail mail = { .me = me, .rcpts = &rcpts };
static struct feedletter_by by = { &caller, me, 0 };
static struct feedbook book = { .fd = -1 };

static struct handin where;
static char *next[4];
static struct handover chain;
static struct loop_io input;
static struct loop_hook settled;
static struct loop_timer again;
static struct loop_signal on_term, on_int;

/* in the order of the stream */
static struct feedletter *first, **last = &first;
static unsigned under_way;
static uint64_t count; /* messages so far */
static int refused, later, stuck, over, stopped;
/* for somebody who takes them */
static struct handover_item *waiting, **last_waiting = &waiting;
static int waited_ms;
static struct buf out, in, env;

/* what reads the stream */
static struct feedletter *letter; /* that comes */
static struct mboxin mbox;
static struct bsmtpin batch;
static struct buf line_from; /* of a mailbox */
static uint64_t at, read_to; /* where this message begins; bytes consumed */
static int held;             /* a reply is to be said first */
static int went;             /* the last bytes led to something */

static void
have(int r)
{
	if (r == -1)
		die(EXIT_TEMP, "out of memory");
}

/* what became of it */

static void
tell(uint64_t n, uint64_t from, const char *status, const char *label,
    const char *text, size_t len)
{
	if (opt.replies)
		return;
	have(ltsv_putnum(&out, "n", n));
	have(ltsv_putnum(&out, "at", from));
	have(ltsv_puts(&out, "status", status));
	have(ltsv_put(&out, label, text, len));
	have(ltsv_end(&out));
}

static void
say_reply(const struct smtpin_reply *r)
{
	const struct smtpin_reply hello = { 250, NULL, me };

	if (opt.replies && r != NULL)
		have(smtpin_put(&out, r->text == NULL ? &hello : r));
}

/* those at the front that are done are done for good */
static void
settle(void)
{
	struct feedletter *l;

	for (; (l = first) != NULL && l->done; feedletter_free(l)) {
		stuck |= l->later;
		first = l->next;
		if (first == NULL)
			last = &first;
		if (stuck || book.fd == -1 || l->end == book.at)
			continue;
		if (feedbook_note(&book, l->end, l->n) == -1)
			die(EXIT_TEMP, "unable to write %s: %m", opt.book);
	}
}

static void
done(struct feedletter *l, enum receipt_kind kind, const char *text, size_t n)
{
	const char *blank = n == 0 ? NULL : memchr(text, ' ', n);
	size_t id = blank == NULL ? n : (size_t)(blank - text);

	l->done = 1;
	if (kind == RECEIPT_OK) {
		tell(l->n, l->at, blank == NULL ? "queued" : "repeated", "id",
		    text, id);
	} else if (kind == RECEIPT_TEMP) {
		later = l->later = 1;
		tell(l->n, l->at, "later", "text", text, n);
	} else {
		refused = 1;
		tell(l->n, l->at, "refused", "text", text, n);
	}
}

static void
fault(struct feedletter *l, const char *why)
{
	done(l, why[0] == '4' ? RECEIPT_TEMP : RECEIPT_PERM, why, strlen(why));
}

static void
on_receipt(struct handover_item *item, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct receiptreply own;
	struct buf t = { 0 };
	const struct smtpin_reply *r;

	under_way--;
	done((struct feedletter *)item, kind, text, n);
	if (held) {
		r = receiptreply_make(&own, kind, text, n, &t);
		have(r == NULL ? -1 : 0);
		say_reply(bsmtpin_answer(&batch, r));
		buf_free(&t);
		held = 0;
	}
}

/* the instance may be about to start again */
static void put(struct feedletter *);

static void
on_again(void *arg)
{
	struct handover_item *i = waiting, *behind;

	(void)arg;
	waiting = NULL;
	last_waiting = &waiting;
	handover_start(&chain);
	for (; i != NULL; i = behind) {
		behind = i->next;
		put((struct feedletter *)i);
	}
}

static void
put(struct feedletter *l)
{
	if (waiting == NULL && handover_put(&chain, &l->item) == 0) {
		under_way++;
		waited_ms = 0;
		return;
	}
	if (waited_ms >= AGAIN_FOR_MS)
		die(EXIT_TEMP, "unable to reach the queue, %s", next[0]);
	l->item.next = NULL;
	*last_waiting = &l->item;
	last_waiting = &l->item.next;
	if (loop_timer_active(&again))
		return;
	waited_ms += AGAIN_MS;
	loop_timer_set(&again, AGAIN_MS, on_again, NULL);
}

/* a message that is whole, and its envelope in env, or why there is none; i: of
 * those that begin there.  end: where the next one begins */
static void
hand_in(struct feedletter *l, const char *why, unsigned i, uint64_t end)
{
	char key[FEEDLETTER_KEY_MAX];

	l->n = ++count;
	l->at = at;
	l->end = end;
	*last = l;
	last = &l->next;
	snprintf(key, sizeof key, "%s-%llu-%u", book.id, (unsigned long long)at,
	    i);
	if (why == NULL &&
	    feedletter_seal(l, &env, book.fd == -1 ? NULL : key, &by) == -1)
		die(EXIT_TEMP, "unable to complete a message: %m");
	buf_clear(&env);
	if (why != NULL) {
		fault(l, why);
		return;
	}
	l->item.done = on_receipt;
	put(l);
}

static struct feedletter *
new_letter(void)
{
	struct feedletter *l = feedletter_new(tmp);

	have(l == NULL ? -1 : 0);
	return l;
}

/* mailboxes */

static void
mbox_event(const struct mboxin_event *ev)
{
	struct slice from;
	const char *why;

	switch (ev->kind) {
	case MBOXIN_BEGIN:
		buf_clear(&line_from);
		have(buf_put(&line_from, ev->arg, ev->n));
		letter = new_letter();
		break;
	case MBOXIN_TEXT: feedletter_add(letter, ev->arg, ev->n); break;
	case MBOXIN_END:
		from = (struct slice){ buf_data(&line_from),
			mboxin_sender(buf_data(&line_from),
			    buf_len(&line_from)) };
		why = feedletter_whole(letter);
		if (why == NULL)
			why = feedmail_mbox(&mail, &env, from,
			    feedletter_header(letter));
		hand_in(letter, why, 0, mbox.at + read_to);
		at = mbox.at + read_to;
		letter = NULL;
		break;
	case MBOXIN_BAD:
		die(EXIT_PERM,
		    "no mailbox at byte %llu: it does not begin "
		    "with a line From",
		    (unsigned long long)at);
	case MBOXIN_MORE: break;
	}
}

static size_t
mbox_feed(const char *p, size_t n)
{
	struct mboxin_event ev;
	size_t used = mboxin_feed(&mbox, p, n, &ev);

	mbox_event(&ev);
	went = used > 0 || ev.kind != MBOXIN_MORE;
	return used;
}

static void
mbox_end(void)
{
	struct mboxin_event ev;

	do {
		mboxin_end(&mbox, &ev);
		mbox_event(&ev);
	} while (ev.kind != MBOXIN_MORE);
}

/* batches */

static void
batch_done(void)
{
	const char *why = feedletter_whole(letter);

	held = opt.replies && why == NULL;
	hand_in(letter, why, 0, batch.at + read_to);
	at = batch.at + read_to;
	letter = NULL;
	if (!held)
		say_reply(bsmtpin_answer(&batch, NULL));
}

static void
batch_forget(void)
{
	if (letter != NULL)
		feedletter_free(letter);
	letter = NULL;
	buf_clear(&env);
}

/* a message, or a recipient of one, that is refused before it is whole */
static void
batch_fault(const struct smtpin_event *ev)
{
	char text[SMTPIN_TEXT_MAX];
	int n;

	if (ev->reply == NULL || ev->reply->code < 500 ||
	    (ev->verb != SMTPIN_V_MAIL && ev->verb != SMTPIN_V_RCPT &&
		ev->verb != SMTPIN_V_DATA && ev->kind != SMTPIN_RESET))
		return;
	n = snprintf(text, sizeof text, "%s %s",
	    ev->reply->esc == NULL ? "5.5.0" : ev->reply->esc, ev->reply->text);
	refused = 1;
	tell(count + 1, at, "refused", "text", text,
	    n < (int)sizeof text ? (size_t)n : sizeof text - 1);
}

static void
batch_event(const struct smtpin_event *ev)
{
	batch_fault(ev);
	switch (ev->kind) {
	case SMTPIN_MAIL:
		batch_forget();
		have(bsmtpin_envelope(&env, ev, me));
		say_reply(bsmtpin_answer(&batch, NULL));
		break;
	case SMTPIN_RCPT:
		have(bsmtpin_envelope(&env, ev, me));
		say_reply(bsmtpin_answer(&batch, NULL));
		break;
	case SMTPIN_DATA:
		letter = new_letter();
		say_reply(bsmtpin_answer(&batch, NULL));
		break;
	case SMTPIN_BODY: feedletter_add(letter, ev->arg, ev->arglen); break;
	case SMTPIN_DONE: batch_done(); break;
	case SMTPIN_HELO:
	case SMTPIN_RESET:
		batch_forget();
		say_reply(ev->reply);
		break;
	default: say_reply(ev->reply);
	}
}

static size_t
batch_feed(const char *p, size_t n)
{
	struct smtpin_event ev = { 0 };
	long used = bsmtpin_feed(&batch, p, n, &ev);

	have(used == -1 ? -1 : 0);
	went = used > 0 || ev.kind != SMTPIN_MORE;
	if (ev.kind != SMTPIN_MORE)
		batch_event(&ev);
	return (size_t)used;
}

/* lines of JSON */

static void
json_raw(const json_t *o, uint64_t end)
{
	const json_t *m = json_object_get(o, "message");
	struct feedletter *l = new_letter();
	const char *why;

	feedletter_add(l, json_string_value(m), json_string_length(m));
	why = feedletter_whole(l);
	if (why == NULL)
		why = feedmail_json(&mail, &env, o, feedletter_header(l));
	hand_in(l, why, 0, end);
}

static void
json_compose(json_t *o, uint64_t end)
{
	struct compose c = { .seed = 0 };
	struct compose_fault f;
	struct buf text = { 0 };
	struct feedletter *l;
	size_t i = 0;

	have(random_bytes((unsigned char *)&c.seed, sizeof c.seed));
	if (compose_open(&c, o, &f) == -1) {
		buf_clear(&text);
		have(buf_printf(&text, "5.6.0 %s%s%s", f.path,
		    f.path[0] == '\0' ? "" : ": ", f.why));
		have(buf_putc(&text, '\0'));
		hand_in(new_letter(), buf_data(&text), 0, end);
	} else {
		for (; i < compose_count(&c); i++) {
			buf_clear(&text);
			have(compose_one(&c, i, &env, &text, &f));
			l = new_letter();
			feedletter_add(l, buf_data(&text), buf_len(&text));
			hand_in(l, feedletter_whole(l), (unsigned)i,
			    i + 1 < compose_count(&c) ? at : end);
		}
	}
	compose_close(&c);
	buf_free(&text);
}

static void
json_line(const char *p, size_t n, uint64_t end)
{
	char why[JSONREAD_WHY_MAX], text[JSONREAD_WHY_MAX + 8];
	json_t *o;

	if (n == 0 || (n == 1 && p[0] == '\r')) {
		at = end;
		return;
	}
	o = jsonread(p, n, JSONREAD_ONCE, why);
	if (o == NULL) {
		snprintf(text, sizeof text, "5.6.0 %s", why);
		hand_in(new_letter(), text, 0, end);
	} else if (json_is_string(json_object_get(o, "message"))) {
		json_raw(o, end);
	} else {
		json_compose(o, end);
	}
	json_decref(o);
	at = end;
}

static struct buf json_text;

static size_t
json_feed(const char *p, size_t n)
{
	const char *lf = n == 0 ? NULL : memchr(p, '\n', n);
	size_t k = lf == NULL ? n : (size_t)(lf - p);

	have(buf_put(&json_text, p, k));
	if (buf_len(&json_text) > LINE_MAX_BYTES)
		die(EXIT_PERM, "a line of more than %d bytes at byte %llu",
		    LINE_MAX_BYTES, (unsigned long long)at);
	if (lf == NULL)
		return k;
	json_line(buf_data(&json_text), buf_len(&json_text),
	    at + buf_len(&json_text) + 1);
	buf_clear(&json_text);
	return k + 1;
}

static void
json_end(void)
{
	if (buf_len(&json_text) > 0)
		json_line(buf_data(&json_text), buf_len(&json_text),
		    at + buf_len(&json_text));
}

/* the stream */

static int
full(void)
{
	return under_way >= opt.window || waiting != NULL || held || stopped;
}

/* as much of what was read as may be */
static void
consume(void)
{
	size_t (*feed)(const char *, size_t) = opt.format == 'm' ? mbox_feed
	    : opt.format == 'b'                                  ? batch_feed
								 : json_feed;

	for (went = 1; went && !full();) {
		went = buf_len(&in) > 0;
		buf_consume(&in, feed(buf_data(&in), buf_len(&in)));
	}
}

static void
at_end(void)
{
	if (opt.format == 'm')
		mbox_end();
	else if (opt.format == 'j')
		json_end();
	if (letter != NULL && opt.format == 'b') {
		refused = 1;
		tell(count + 1, at, "refused", "text", "5.6.0 cut short", 15);
	}
}

static void
on_input(void *arg, int events)
{
	ssize_t n;

	(void)arg;
	(void)events;
	have(buf_reserve(&in, READ));
	n = read(0, buf_tail(&in), READ);
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n == -1)
		die(EXIT_TEMP, "unable to read: %m");
	if (n == 0) {
		over = 1;
		loop_io_stop(&input);
		return;
	}
	buf_added(&in, (size_t)n);
}

/* before the loop waits: what is known is told, and more is taken */
static void
on_settled(void *arg)
{
	static int ended;

	(void)arg;
	consume();
	if (over && !ended && !full() && buf_len(&in) == 0) {
		ended = 1;
		at_end();
	}
	settle();
	if (buf_len(&out) > 0 &&
	    fd_write_all(1, buf_data(&out), buf_len(&out)) == -1)
		die(EXIT_TEMP, "unable to write: %m");
	buf_clear(&out);
	if (!over)
		loop_io_want(&input,
		    full() || buf_len(&in) > 0 ? 0 : LOOP_READ);
	if ((ended || stopped) && under_way == 0 && waiting == NULL) {
		handover_close(&chain);
		loop_stop();
	}
}

static void
on_stop(void *arg)
{
	(void)arg;
	stopped = 1;
}

static void
options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+C:bf:jms:tvw:")) != -1)
		switch (c) {
		case 'C': opt.dir = optarg; break;
		case 'b':
		case 'j':
		case 'm':
			if (opt.format != '\0')
				die_usage(usage);
			opt.format = (char)c;
			break;
		case 'f': opt.from = optarg; break;
		case 's': opt.book = optarg; break;
		case 't': opt.take_rcpts = 1; break;
		case 'v': opt.replies = 1; break;
		case 'w':
			opt.window =
			    (unsigned)opt_num(c, optarg, 1, WINDOW_MAX);
			break;
		default: die_usage(usage);
		}
	if (opt.format == '\0' || (opt.replies && opt.format != 'b') ||
	    (opt.format == 'b' &&
		(opt.take_rcpts || opt.from != NULL || optind < argc)))
		die_usage(usage);
}

/* from whom and to whom all of them are, as far as that is said */
static void
people(char **argv)
{
	const char *bad;
	size_t len;

	localuser_read(&caller, me);
	by.uid = (unsigned long)getuid();
	mail.take_rcpts = opt.take_rcpts != 0;
	mail.fallback = caller.from;
	if (opt.from != NULL && envelope_sender(&rcpts, opt.from, sender) == -1)
		opt_bad('f', opt.from, "an address");
	mail.from = opt.from == NULL ? NULL : sender;
	for (; *argv != NULL; argv++)
		if (envelope_add(&rcpts, *argv, strlen(*argv), &bad, &len) !=
		    ENVELOPE_OK)
			die(EXIT_PERM, "bad address: %s", *argv);
	if (opt.format == 'm' && rcpts.n_rcpts == 0 && !opt.take_rcpts)
		die_usage(usage);
}

/* the bytes that are done already */
static void
skip(uint64_t n)
{
	static char block[READ];
	ssize_t k;

	if (lseek(0, 0, SEEK_CUR) == 0 && lseek(0, (off_t)n, SEEK_SET) != -1)
		return;
	for (; n > 0; n -= (uint64_t)k) {
		k = fd_read_all(0, block, n < READ ? n : READ);
		if (k <= 0)
			die(EXIT_PERM, "it is shorter than %s says", opt.book);
	}
}

static void
open_book(void)
{
	if (opt.book == NULL)
		return;
	if (feedbook_open(&book, opt.book) == -1)
		die(errno == EINVAL ? EXIT_PERM : EXIT_TEMP,
		    errno == EINVAL      ? "no book of a stream: %s"
			: errno == EBUSY ? "another one has %s"
					 : "unable to open %s: %m",
		    opt.book);
	skip(book.at);
	at = read_to = book.at;
	count = book.n;
}

static void
open_chain(void)
{
	have(handin_link(&where, next));
	handover_init(&chain, next,
	    strncmp(next[0], "unix:", 5) == 0 ? CONNECTIONS : 1);
	handover_start(&chain);
}

/* which instance, and what it is called */
static void
find_instance(void)
{
	char conf[4096];

	if (opt.dir == NULL)
		opt.dir = getenv("ROHRPOST_DIR");
	if (opt.dir == NULL || opt.dir[0] == '\0')
		opt.dir = ROHRPOST_DIR;
	where.dir = opt.dir;
	where.chain = getenv("ROHRPOST_INJECT");
	if (where.chain != NULL && where.chain[0] == '\0')
		where.chain = NULL;
	snprintf(conf, sizeof conf, "%s/conf", opt.dir);
	if (hostname_read(conf, me) == -1 &&
	    (where.chain == NULL || hostname_read(NULL, me) == -1))
		die(EXIT_TEMP, "unable to read %s/me: %m", conf);
	if (opt.format == 'b' && bsmtpin_init(&batch, me, SIZE_MAX_BYTES) == -1)
		die(EXIT_TEMP, "%s/me: not a host name: %s", conf, me);
}

int
main(int argc, char **argv)
{
	prog_init(argv);
	options(argc, argv);
	tmp = getenv("TMPDIR");
	if (tmp == NULL || tmp[0] == '\0')
		tmp = "/tmp";
	find_instance();
	people(argv + optind);
	open_book();
	open_chain();
	loop_signal_start(&on_term, SIGTERM, on_stop, NULL);
	loop_signal_start(&on_int, SIGINT, on_stop, NULL);
	loop_hook_start(&settled, on_settled, NULL);
	loop_io_start(&input, 0, LOOP_READ, on_input, NULL);
	loop_run();
	return later || stopped ? EXIT_TEMP : refused ? EXIT_PERM : EXIT_OK;
}

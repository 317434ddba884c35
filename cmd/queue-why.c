/* queue-why - why mail waits, as queue-run and its chain say */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/num.h"
#include "base/out.h"
#include "queue/name.h"
#include "queue/talk.h"
#include "queue/whyfiles.h"
#include "queue/whytext.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "queue-why [-l] QUEUE ID|ADDRESS|DOMAIN|site:SITE | -n [-l] QUEUE ADDRESS "
    "[SELECTOR...]";

static struct ctlrequest order;
static struct ask queue_run;
static struct ask_end sum;
static struct buf lines, out; /* the answer; what is printed */
static int ltsv, fresh;       /* -n: about a message that is not there */

/* ID or ID/N; 0: it is none */
static int
read_id(const char *what)
{
	size_t n = strcspn(what, "/");
	uint64_t number;

	if (n != NAME_LEN || name_check(what, n) == -1)
		return 0;
	order.n = CTLREQUEST_EACH;
	if (what[n] == '/') {
		if (num_scans(what + n + 1, 0, UINT32_MAX - 1, &number) == -1)
			die(EXIT_PERM, "%s: no number of a recipient", what);
		order.n = number;
	}
	needs(buf_put(&order.sel.ids, what, n));
	return 1;
}

static void
read_what(const char *what)
{
	enum selector_kind kind = SELECTOR_DOMAIN;
	const char *wrong;

	order.verb = CTLREQUEST_WHY;
	order.n = CTLREQUEST_EACH;
	if (read_id(what))
		return;
	if (strncmp(what, "site:", 5) == 0) {
		kind = SELECTOR_SITE;
		what += 5;
	} else if (strchr(what, '@') != NULL) {
		kind = SELECTOR_TO;
	}
	wrong = selector_add(&order.sel, kind, 0, what, strlen(what));
	if (wrong == NULL)
		wrong = ctlrequest_check(&order);
	if (wrong != NULL)
		die(EXIT_PERM, "%s: %s", what, wrong);
}

/* what it would be: ADDRESS, then selectors */
static void
read_new(char **words)
{
	const char *wrong = selector_add(&order.sel, SELECTOR_TO, 0, words[0],
	    strlen(words[0]));

	order.verb = CTLREQUEST_ASK;
	order.n = CTLREQUEST_EACH;
	for (; wrong == NULL && words[1] != NULL; words++)
		wrong = selector_word(&order.sel, words[1]);
	if (wrong != NULL)
		die(EXIT_PERM, "%s: %s", words[0], wrong);
	wrong = ctlrequest_check(&order);
	if (wrong != NULL)
		die(EXIT_PERM, "%s", wrong);
}

static void
keep(const char *line, size_t n)
{
	needs(buf_put(&lines, line, n));
}

/* the next line from *at on; 0 at the end */
static size_t
next_line(size_t *at, struct ltsv *l)
{
	const char *p = buf_data(&lines) + *at;
	const char *e = *at == buf_len(&lines)
	    ? NULL
	    : memchr(p, '\n', buf_len(&lines) - *at);

	if (e == NULL || ltsv_parse(p, e + 1 - p, l) == -1)
		return 0;
	*at += e + 1 - p;
	return e + 1 - p;
}

/* what the chain has said of a recipient; n 0: nothing */
static void
find_answer(const struct ltsv *at, struct ltsv *chain)
{
	const struct ltsv_field *id = ltsv_find(at, "id"), *f;
	size_t from = 0;
	uint64_t n;
	char asked[64];

	ltsv_num(at, "n", 0, UINT32_MAX, &n);
	snprintf(asked, sizeof asked, "%.*s/%llu", (int)id->value_len,
	    id->value, (unsigned long long)n);
	while (next_line(&from, chain) > 0) {
		f = ltsv_find(chain, "explain");
		if (f != NULL && ltsv_is(f, asked))
			return;
	}
	chain->n = 0;
}

static void
say_counts(const struct ltsv *l)
{
	static const char *const of[] = { "waiting", "ready", "out", "held",
		"owed" };
	uint64_t all, n;
	size_t i;

	if (ltsv_num(l, "all", 0, UINT64_MAX, &all) == -1 || all < 2)
		return;
	needs(buf_printf(&out, "recipients: %llu", (unsigned long long)all));
	for (i = 0; i < sizeof of / sizeof *of; i++)
		if (ltsv_num(l, of[i], 1, UINT64_MAX, &n) == 0)
			needs(buf_printf(&out, ", %s %llu", of[i],
			    (unsigned long long)n));
	needs(buf_putc(&out, '\n'));
}

static void
say(const char *queue)
{
	static struct ltsv l, chain;
	int64_t now = clock_wall_s();
	size_t at = 0;

	while (next_line(&at, &l) > 0) {
		say_counts(&l);
		if (ltsv_find(&l, "id") == NULL ||
		    ltsv_find(&l, "explain") != NULL)
			continue;
		find_answer(&l, &chain);
		needs(whytext(&out, queue, &l, &chain, now));
	}
	out_flush_plain(&out);
}

/* nobody works there: what the files say */
static void
without(const char *queue, const char *what)
{
	if (fresh || selector_asks(&order.sel))
		die(EXIT_TEMP,
		    "no queue-run works on %s: where mail goes only that knows",
		    queue);
	sum.matched = whyfiles(queue, &order.sel, order.n, &lines);
	if (sum.matched > 0)
		warn("no queue-run works on %s: this is what the files say of "
		     "%s",
		    queue, what);
}

static void
ask(const char *queue, const char *what)
{
	int root;

	if (!talk_open(&queue_run, queue, &root)) {
		without(queue, what);
		return;
	}
	talk_ask(&queue_run, &order, 0, buf_len(&order.sel.ids) / NAME_LEN,
	    keep, &sum);
}

int
main(int argc, char **argv)
{
	int o;

	prog_init(argv);
	while ((o = getopt(argc, argv, "+ln")) != -1)
		switch (o) {
		case 'l': ltsv = 1; break;
		case 'n': fresh = 1; break;
		default: die_usage(usage);
		}
	argv += optind;
	if (argc - optind < 2 || (argc - optind > 2 && !fresh))
		die_usage(usage);
	if (fresh)
		read_new(argv + 1);
	else
		read_what(argv[1]);
	ask(argv[0], argv[1]);
	if (ltsv)
		out_flush_plain(&lines);
	else
		say(argv[0]);
	if (sum.matched > 0)
		return EXIT_OK;
	warn("nothing waits for %s: it is delivered or returned, or was never "
	     "here; rohrpost log DIR %s tells",
	    argv[1], argv[1]);
	return EXIT_NONE;
}

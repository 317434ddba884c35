/* queue-export - messages of a queue as a stream, to keep or to move them */
#include "base/die.h"
#include "base/exit.h"
#include "base/in.h"
#include "base/opt.h"
#include "base/out.h"
#include "move/moveaway.h"
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "queue-export [-n] [-b TIME] [-e TIME] QUEUE [SELECTOR...] "
    "queue-export -m [-n] [-b TIME] [-e TIME] [-w SECONDS] QUEUE [SELECTOR...] "
    "queue-export -d QUEUE "
    "queue-export -r QUEUE";

enum { WAIT_S = 60, WAIT_MAX_S = 86400 };

static struct selector_list selectors;
static struct queuewalk walk = { .sel = &selectors };
static struct moveout out;
static struct moveaway away;
static int64_t begin_s, end_s = INT64_MAX; /* when they came */
static int moves, deletes, releases;
static unsigned wait_s = WAIT_S;

/* one who is done with stays */
static void
each(void *arg, const struct walkrcpt *l)
{
	int64_t came_s = name_time_us(l->m->id) / 1000000;

	(void)arg;
	if (came_s < begin_s || came_s >= end_s || message_final(l->state))
		return;
	if (!moves)
		moveout_rcpt(&out, l, l->state, l->next);
	else if (!out.only_count)
		moveaway_add(&away, l);
	else if (!message_owes(l->state))
		moveout_rcpt(&out, l, l->state, l->next);
}

static void
read_selectors(int n, char **word)
{
	const char *wrong;

	for (; n > 0; n--, word++)
		if ((wrong = ask_word(&selectors, *word, &walk.only_ids)) !=
		    NULL)
			die(EXIT_PERM, "%s: %s", *word, wrong);
	selector_sort(&selectors);
}

static int export(const char *queue)
{
	if (moves && !out.only_count)
		moveaway_open(&away, queue);
	walk.each = each;
	walk.all = (selector_kinds(&selectors) & 1u << SELECTOR_STATE) != 0;
	queuewalk_open(&walk, queue);
	out.root = walk.store.root;
	queuewalk_run(&walk);
	if (moves && !out.only_count)
		moveaway_write(&away, queue, &out, wait_s);
	moveout_end(&out);
	if (away.out > 0)
		warn(
		    "%llu recipients are in the chain: they are held when they "
		    "come back, and were not written",
		    (unsigned long long)away.out);
	if (away.out > 0)
		return EXIT_TEMP;
	if (walk.damaged || out.damaged)
		return EXIT_PERM;
	if (out.messages > 0)
		return EXIT_OK;
	warn("nothing matched");
	return EXIT_NONE;
}

static void
say_count(void)
{
	struct buf b = { 0 };

	needs(buf_printf(&b, "messages:%llu\trecipients:%llu\tbytes:%llu\n",
	    (unsigned long long)out.messages, (unsigned long long)out.rcpts,
	    (unsigned long long)out.bytes));
	out_flush_plain(&b);
	buf_free(&b);
}

static int
order(const char *queue)
{
	struct buf b = { 0 };
	long bad = 0;

	/* who writes them may still hold the queue's lock until then */
	while (deletes && in_more(&b))
		;
	moveaway_open(&away, queue);
	if (deletes)
		bad = moveaway_delete(&away, queue, buf_data(&b), buf_len(&b));
	else
		moveaway_release(&away);
	buf_clear(&b);
	needs(buf_printf(&b, "ok:1\tcount:%llu\tout:%llu\tfailed:0\n",
	    (unsigned long long)away.sum.count,
	    (unsigned long long)away.sum.out));
	out_flush_plain(&b);
	buf_free(&b);
	if (bad == 0)
		return EXIT_OK;
	warn("line %ld is no receipt of queue-import", bad);
	return EXIT_PERM;
}

int
main(int argc, char **argv)
{
	int o, status;

	prog_init(argv);
	opterr = 0;
	while ((o = getopt(argc, argv, "+b:de:mnrw:")) != -1)
		switch (o) {
		case 'b': begin_s = opt_time(o, optarg, 0, INT64_MAX); break;
		case 'd': deletes = 1; break;
		case 'e': end_s = opt_time(o, optarg, 0, INT64_MAX); break;
		case 'm': moves = 1; break;
		case 'n': out.only_count = 1; break;
		case 'r': releases = 1; break;
		case 'w':
			wait_s = (unsigned)opt_num(o, optarg, 0, WAIT_MAX_S);
			break;
		default: die_usage(usage);
		}
	argc -= optind;
	argv += optind;
	if (argc < 1 ||
	    ((deletes || releases) &&
		(argc != 1 || moves || out.only_count || deletes == releases)))
		die_usage(usage);
	if (deletes || releases)
		return order(argv[0]);
	read_selectors(argc - 1, argv + 1);
	status = export(argv[0]);
	if (out.only_count)
		say_count();
	return status;
}

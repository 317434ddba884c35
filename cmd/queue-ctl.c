/* queue-ctl - give queue-run an order */
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "queue/name.h"
#include "queue/talk.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "queue-ctl [-n] QUEUE VERB [SELECTOR...] [NAME=VALUE...]";

static struct ctlrequest order;
static struct ask queue_run;
static struct ask_end sum;
static int qfd, ids_read;

/* nobody listens: the flag file can be set and taken away all the same */
static void
without(const char *queue)
{
	int fd;

	if (order.count || !ctlrequest_all(&order) ||
	    (order.verb != CTLREQUEST_HOLD && order.verb != CTLREQUEST_RELEASE))
		die(EXIT_TEMP, "no queue-run works on %s", queue);
	if (order.verb == CTLREQUEST_HOLD) {
		fd = openat(qfd, "held", O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
		if (fd == -1 || fsync(fd) == -1 || close(fd) == -1)
			die(EXIT_TEMP, "unable to make %s/held: %m", queue);
	} else if (unlinkat(qfd, "held", 0) == -1 && errno != ENOENT) {
		die(EXIT_TEMP, "unable to remove %s/held: %m", queue);
	}
	if (fsync(qfd) == -1)
		die(EXIT_TEMP, "unable to sync %s: %m", queue);
	info("no queue-run works on %s; it will be %s when it starts", queue,
	    order.verb == CTLREQUEST_HOLD ? "held" : "released");
	_exit(EXIT_OK);
}

/* many ids are many requests */
static void
ask_all(void)
{
	size_t ids = buf_len(&order.sel.ids) / NAME_LEN, at = 0, n;

	do {
		n = ids - at < CTLREQUEST_IDS_MAX ? ids - at
						  : CTLREQUEST_IDS_MAX;
		talk_ask(&queue_run, &order, at, n, out_plain, &sum);
		at += n;
	} while (at < ids);
}

static int
say_sum(void)
{
	struct buf b = { 0 };

	buf_printf(&b, "ok:1\tcount:%llu\tout:%llu\tfailed:%llu\n",
	    (unsigned long long)sum.count, (unsigned long long)sum.out,
	    (unsigned long long)sum.failed);
	out_flush_plain(&b);
	buf_free(&b);
	if (!ctlrequest_wants(order.verb) || ctlrequest_all(&order) ||
	    ctlrequest_stands(&order))
		return EXIT_OK;
	if (sum.unknown > 0)
		warn("of %llu of these ids no message waits",
		    (unsigned long long)sum.unknown);
	if (sum.matched > 0)
		return EXIT_OK;
	warn("nothing matched");
	return EXIT_NONE;
}

static void
read_words(int n, char **word)
{
	const char *wrong;

	for (; n > 0; n--, word++) {
		if (strcmp(*word, "-") == 0 && !ids_read++)
			wrong = ask_ids(&order.sel, 0);
		else if (!ctlparam_word(&order.with, *word, &wrong))
			wrong = selector_word(&order.sel, *word);
		if (wrong != NULL)
			die(EXIT_PERM, "%s: %s", *word, wrong);
	}
	selector_sort(&order.sel);
}

int
main(int argc, char **argv)
{
	const char *wrong;
	int o, verb;

	prog_init(argv);
	while ((o = getopt(argc, argv, "+n")) != -1) {
		if (o != 'n')
			die_usage(usage);
		order.count = 1;
	}
	argc -= optind;
	argv += optind;
	if (argc < 2)
		die_usage(usage);
	verb = ctlrequest_verb(argv[1], strlen(argv[1]));
	if (verb == -1)
		die(EXIT_PERM, "%s: unknown command", argv[1]);
	order.verb = verb;
	read_words(argc - 2, argv + 2);
	wrong = ids_read && buf_len(&order.sel.ids) == 0
	    ? NULL
	    : ctlrequest_check(&order);
	if (wrong != NULL)
		die(EXIT_PERM, "%s: %s", argv[1], wrong);
	if (ids_read && buf_len(&order.sel.ids) == 0) {
		warn("nothing matched: no ids came");
		return EXIT_NONE;
	}
	if (!talk_open(&queue_run, argv[0], &qfd))
		without(argv[0]);
	ask_all();
	return say_sum();
}

/* queue-ctl - give queue-run an order */
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/out.h"
#include "format/ltsv.h"
#include "queue/ask.h"
#include "queue/name.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] = "queue-ctl QUEUE VERB [SELECTOR...]";

static struct ctlrequest order;
static struct ask queue_run;
static struct ask_end sum;
static int qfd, ids_read;

/* nobody listens: the flag file can be set and taken away all the same */
static void
without(const char *queue)
{
	int fd;

	if (!ctlrequest_all(&order) ||
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

static void
dial(const char *queue)
{
	/* root does there what its owner might do */
	qfd = folder_settle(queue) == -1
	    ? -1
	    : open(queue, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (qfd == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", queue);
	if (ask_open(&queue_run, qfd) == 0)
		return;
	if (!ask_nobody(errno))
		die(EXIT_TEMP, "unable to connect to %s/ctl: %m", queue);
	without(queue);
}

/* the lines of an answer; the last is kept until the sum is known */
static void
answer(void)
{
	static struct ltsv l;
	const char *line;
	ssize_t n;

	while ((n = ask_line(&queue_run, &line)) > 0) {
		if (ltsv_parse(line, n, &l) == 0 && ask_end(&l, &sum)) {
			if (sum.ok)
				return;
			out_plain(line, n);
			_exit(EXIT_PERM);
		}
		out_plain(line, n);
	}
	die(EXIT_TEMP, "queue-run went away before it had answered");
}

static void
ask_some(size_t at, size_t n)
{
	if (ask_put(&queue_run, &order, at, n) == -1)
		die(errno == EMSGSIZE ? EXIT_PERM : EXIT_TEMP,
		    errno == EMSGSIZE ? "selectors are too long for a request"
				      : "unable to write to queue-run: %m");
	answer();
}

/* many ids are many requests */
static void
ask_all(void)
{
	size_t ids = buf_len(&order.sel.ids) / NAME_LEN, at = 0, n;

	do {
		n = ids - at < CTLREQUEST_IDS_MAX ? ids - at
						  : CTLREQUEST_IDS_MAX;
		ask_some(at, n);
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
	if (!ctlrequest_wants(order.verb) || ctlrequest_all(&order))
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
		else
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
	int verb;

	prog_init(argv);
	if (getopt(argc, argv, "+") != -1)
		die_usage(usage);
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
	dial(argv[0]);
	ask_all();
	return say_sum();
}

/* log-audit - is every accepted recipient in exactly one state? */
#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/opt.h"
#include "base/out.h"
#include "format/ltsv.h"
#include "queue/audit.h"
#include "queue/auditgroup.h"
#include "queue/auditlogs.h"
#include "queue/auditqueue.h"
#include "ship/shipaudit.h"
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define USAGE "log-audit [-v] [-g tenant,hour] QUEUE LOG... | -s STATE LOGROOT"

enum {
	LOG_AUDIT_READ = 65536,
	LOG_AUDIT_AGAIN_MS = 500, /* between two looks at the log */
	LOG_AUDIT_BAD = 1 /* the status when something is not explained */
};

static struct audit books;
static struct auditlogs logs = { .books = &books };
static struct auditqueue queue = { .books = &books };
static struct buf out;
static struct buf reaches; /* a line for each log */
static int verbose;
static unsigned by; /* AUDIT_BY_TENANT, AUDIT_BY_HOUR */

/* reading */

static void
put_time(struct buf *b, const char *label, time_t s)
{
	char text[32];

	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime(&s));
	needs(ltsv_puts(b, label, text));
}

/* a line that says from when to when a log has events */
static void
reached(const char *name)
{
	needs(ltsv_puts(&reaches, "log", name));
	if (books.from_s != 0) {
		put_time(&reaches, "from", books.from_s);
		put_time(&reaches, "to", books.to_s);
	}
	needs(ltsv_end(&reaches));
}

static void
read_queue(int64_t read_s, int again)
{
	int fd = folder_open(queue.name);
	enum audit_queue q;

	/* root sees there what its owner might see */
	if (fd == -1 || folder_enter(fd) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", queue.name);
	q = auditqueue_state(fd);
	/* what comes later cannot be asked for */
	if (q == AUDIT_QUEUE_LIVE && !again)
		q = AUDIT_QUEUE_DEAD;
	audit_log_end(&books, q, read_s);
	auditqueue_read(&queue, fd);
	folder_leave();
	close(fd);
}

static void
read_logs(char *const *name)
{
	auditlogs_begin(&logs);
	for (; *name != NULL; name++) {
		auditlogs_read(&logs, *name);
		if (logs.pass == 1)
			reached(*name);
	}
}

/*
 * The log, then the queue; and where something is wrong, since mail may have
 * gone while we looked, the log once more.  What the queue had when we looked
 * must be in the log soon after.
 */
static void
read_all(char *const *names)
{
	int64_t until_ms, read_s = clock_wall_s();
	struct audit_balance sum;
	int i, again = 1;

	for (i = 0; names[i] != NULL; i++)
		again &= strcmp(names[i], "-") != 0;
	read_logs(names);
	read_queue(read_s, again);
	until_ms = clock_mono_ms() + AUDIT_YOUNG_S * 1000;
	audit_balance(&books, &sum, NULL, NULL);
	while (again &&
	    (sum.lost > 0 || sum.unexplained > 0 || sum.young > 0)) {
		audit_again(&books);
		read_logs(names);
		audit_balance(&books, &sum, NULL, NULL);
		if (sum.young == 0 || clock_mono_ms() >= until_ms)
			return;
		poll(NULL, 0, LOG_AUDIT_AGAIN_MS);
	}
}

/* the answer */

static void
put(const char *label, uint64_t n)
{
	needs(ltsv_putnum(&out, label, n));
}

static void
found(void *arg, enum audit_kind kind, const char *id, unsigned n,
    const char *text)
{
	(void)arg;
	if (kind > AUDIT_ASIDE && !verbose)
		return;
	needs(ltsv_puts(&out, "audit", audit_names[kind]));
	needs(ltsv_puts(&out, "id", id));
	if (kind != AUDIT_UNANNOUNCED && kind != AUDIT_UNWRITTEN &&
	    kind != AUDIT_AGAIN && kind != AUDIT_ASIDE)
		put("n", n);
	if (text[0] != '\0')
		needs(ltsv_puts(&out, "text", text));
	needs(ltsv_end(&out));
	if (buf_len(&out) > LOG_AUDIT_READ)
		out_flush_plain(&out);
}

static void
summary(const struct audit_balance *s)
{
	put("accepted", s->accepted);
	put("queued", s->queued);
	put("sent", s->sent);
	put("bounced", s->bounced);
	put("expired", s->expired);
	put("deleted", s->deleted);
	put("lost", s->lost);
	put("double", s->doubles);
	put("unannounced", s->unannounced);
	put("doubt", s->doubt);
	put("unlogged", s->unlogged);
	put("unexplained", s->unexplained);
	needs(ltsv_end(&out));
}

static void
group(void *arg, const struct auditgroup *g)
{
	struct ltsv_field f = { "tenant", g->tenant, 6,
		(unsigned)g->tenant_len };

	(void)arg;
	if (by & AUDIT_BY_TENANT)
		needs(ltsv_copy(&out, &f));
	if (by & AUDIT_BY_HOUR)
		put_time(&out, "hour", g->hour_s);
	summary(g->sum);
	if (buf_len(&out) > LOG_AUDIT_READ)
		out_flush_plain(&out);
}

static void
groups(void)
{
	int r = by == 0 ? 0 : auditgroup_all(&books, by, group, NULL);

	needs(r == -1 ? -1 : 0);
	if (r == 1)
		die(EXIT_TEMP, "more than %d groups", AUDIT_GROUPS_MAX);
}

/* the status to exit with */
static int
tell(void)
{
	struct audit_balance sum;
	int bad;

	audit_balance(&books, &sum, NULL, NULL);
	if (sum.cut_lines > 0)
		warn("%llu event lines cut by a crash",
		    (unsigned long long)sum.cut_lines);
	if (sum.bad_lines > 0)
		warn("%llu damaged event lines",
		    (unsigned long long)sum.bad_lines);
	if (books.events == 0)
		warn("no event in any log");
	bad = sum.lost > 0 || sum.unexplained > 0 || sum.bad_lines > 0 ||
	    logs.unread > 0 || queue.unread > 0 || books.events == 0;
	if (bad || verbose)
		needs(buf_put(&out, buf_data(&reaches), buf_len(&reaches)));
	audit_balance(&books, &sum, found, NULL);
	groups();
	summary(&sum);
	out_flush_plain(&out);
	return bad ? LOG_AUDIT_BAD : EXIT_OK;
}

/* -g: words with commas between */
static void
option_by(const char *text)
{
	const char *p = text;
	size_t n;

	do {
		n = strcspn(p, ",");
		if (n == 6 && memcmp(p, "tenant", n) == 0)
			by |= AUDIT_BY_TENANT;
		else if (n == 4 && memcmp(p, "hour", n) == 0)
			by |= AUDIT_BY_HOUR;
		else
			opt_bad('g', text, "tenant, hour, or both");
		p += n;
	} while (*p++ == ',');
	books.by_tenant = (by & AUDIT_BY_TENANT) != 0;
}

int
main(int argc, char **argv)
{
	const char *state = NULL;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "g:s:v")) != -1)
		switch (c) {
		case 'g': option_by(optarg); break;
		case 's': state = optarg; break;
		case 'v': verbose = 1; break;
		default: die_usage(USAGE);
		}
	if (state != NULL && (argc > 4 || argc - optind != 1))
		die_usage(USAGE);
	if (state != NULL)
		return shipaudit_run(state, argv[optind]) ? LOG_AUDIT_BAD
							  : EXIT_OK;
	if (argc - optind < 2)
		die_usage(USAGE);
	queue.name = argv[optind];
	read_all(argv + optind + 1);
	return tell();
}

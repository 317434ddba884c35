/* tls-report - tell the owners of domains how sessions with their hosts were
 * protected, and read what others tell of ours */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/gzip.h"
#include "base/out.h"
#include "dns/dnsopt.h"
#include "dns/dnsrun.h"
#include "mail/reportopt.h"
#include "tlsrpt/rptjson.h"
#include "tlsrpt/rptmail.h"
#include "tlsrpt/rptpart.h"
#include "tlsrpt/rptrecord.h"
#include "tlsrpt/rptsts.h"
#include "tlsrpt/rpttell.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "tls-report [-a] [-b begin] [-C confdir] [-d domain] [-e end] [-i id] "
    "[-r addr@port] [-s cachedir] [-t unixtime] [-w seconds] -D outdir "
    "-m contact -o organization [file ...] tls-report -R";

enum {
	RPT_MAIL_MAX = 10 << 20, /* of what has come: bytes as it came, */
	RPT_JSON_MAX = 16 << 20, /* and without its compression */
	STS_FILE_MAX = 1 << 17,  /* bytes of a file of the cache */
	ASKED_MAX = 64           /* domains whose records are asked for */
};

static struct {
	struct reportopt report;
	const char *cache, *confdir;
	int64_t now, wait_ms;
	unsigned all : 1, read : 1;
} option = { .report = { .begin = -1, .end = -1 },
	.now = -1,
	.wait_ms = DNSRUN_DEADLINE_MS };

static struct rptbook book;
static struct resolve dns = { .deadline_ms = DNSRUN_QUESTION_MS };
static uint64_t useless;
static int status = EXIT_OK;

/* the log */

/* one that is longer than any event is none */
static void
take_line(void *arg, const char *line, size_t n)
{
	static struct rptevent e;
	int r = line == NULL ? 0 : rptevent_read(&e, line, n);

	(void)arg;
	if (r == -1)
		useless++;
	if (r == 1 && reportopt_wants(&option.report, e.time, e.domain))
		needs(rptbook_add(&book, &e));
}

/* MTA-STS policies: of a domain this one, and the one before */

static int
find_policy(void *arg, const char *domain, const char *id, struct slice *text)
{
	static char *file, path[PATH_MAX];
	const char *const names[] = { "%s/%s", "%s/%s~" };
	size_t i, n;

	(void)arg;
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, names[i], option.cache, domain);
		free(file);
		file = NULL;
		if (fd_slurp(path, STS_FILE_MAX, &file, &n) == 0 &&
		    rptsts_read(file, n, domain, id, text))
			return 1;
	}
	return 0;
}

/* what comes out */

/* one file, and its line on descriptor 1 */
static void
put_file(const char *name, const struct buf *b, const struct rptbook_domain *d)
{
	struct buf line = { 0 };

	reportopt_write(&option.report, name, b);
	needs(buf_printf(&line, "%s\t%s\t%llu\t%llu\n", name, d->is.name,
	    (unsigned long long)d->good, (unsigned long long)d->bad));
	out_flush_plain(&line);
	buf_free(&line);
}

static void
make_json(struct buf *json, const struct reportmail_report *r,
    const struct rptbook_domain *d)
{
	struct buf id = { 0 };
	struct rptjson_about about = { .organization =
					   option.report.organization,
		.contact = option.report.contact,
		.begin = r->begin,
		.end = r->end,
		.sts = option.cache != NULL ? find_policy : NULL };

	needs(reportmail_id(&id, r));
	about.id = buf_data(&id);
	needs(rptjson_put(json, &about, d));
	buf_free(&id);
}

static void
put_mail(const struct reportmail_report *r, const struct rptbook_domain *d,
    const struct buf *gzip, const char *const *to, size_t n_to)
{
	struct reportmail m = { .kind = &rptmail_kind,
		.report = r,
		.from = option.report.contact,
		.to = to,
		.n_to = n_to,
		.now = option.now,
		.gzip = buf_data(gzip),
		.gzip_len = buf_len(gzip) };
	struct buf name = { 0 }, out = { 0 };

	needs(reportmail_name(&name, r, ".eml"));
	needs(reportmail_header(&out, &m));
	needs(buf_putc(&out, '\n'));
	needs(reportmail_body(&out, &m));
	put_file(buf_data(&name), &out, d);
	buf_free(&name);
	buf_free(&out);
}

/* who finds the file with the URL finds the report, too.  The nth of several
 * has a number: each goes away when it has been taken */
static void
put_post(const struct reportmail_report *r, const struct rptbook_domain *d,
    const struct buf *gzip, const char *url, unsigned nth)
{
	struct buf name = { 0 }, where = { 0 };
	char extension[40] = ".json.gz";

	if (nth > 1)
		snprintf(extension, sizeof extension, ".%u.json.gz", nth);
	needs(reportmail_name(&name, r, extension));
	put_file(buf_data(&name), gzip, d);
	if (url != NULL) {
		needs(buf_printf(&where, "%s\n", url));
		needs(buf_puts(&name, ".url"));
		needs(buf_putc(&name, '\0'));
		reportopt_write(&option.report, buf_data(&name), &where);
	}
	buf_free(&name);
	buf_free(&where);
}

static void
send_to(const struct reportmail_report *r, const struct rptbook_domain *d,
    const struct buf *gzip, const struct rptrecord *rua)
{
	const char *to[RPT_RUA_MAX];
	size_t n = 0, i;
	unsigned posts = 0;

	for (i = 0; i < rua->n_rua; i++)
		if (!rua->rua[i].https)
			to[n++] = rua->rua[i].text;
	if (n > 0)
		put_mail(r, d, gzip, to, n);
	for (i = 0; i < rua->n_rua; i++)
		if (rua->rua[i].https)
			put_post(r, d, gzip, rua->rua[i].text, ++posts);
}

/* DNS */

DNSRUN_MACHINE(ops, rptrecord);

/* The records of the domains that come next are asked for at once; the reports
 * are made in the order of the domains all the same. */
static struct lookup {
	struct rptrecord rua;
	struct dnsrun run;
	unsigned begun : 1, over : 1, wanted : 1;
} ahead[ASKED_MAX];

static void
on_record(void *arg)
{
	struct lookup *l = arg;

	l->over = 1;
	if (l->wanted)
		loop_stop();
}

static void
ask_ahead(size_t i)
{
	static size_t next;
	struct lookup *l;

	for (; next < book.domains.n && next < i + ASKED_MAX; next++) {
		l = &ahead[next % ASKED_MAX];
		/* nobody has waited for it: no report could be made */
		if (l->begun && !l->over)
			dnsrun_cancel(&l->run);
		l->begun = 1;
		l->over = l->wanted = 0;
		rptrecord_init(&l->rua, book.domain[next]->is.name);
		dnsrun_start(&l->run, &dns, &ops, &l->rua, option.wait_ms,
		    on_record, l);
	}
}

/* the ith domain's; NULL: nobody wants a report, or nobody knows */
static const struct rptrecord *
find_record(size_t i)
{
	struct lookup *l = &ahead[i % ASKED_MAX];
	const struct rptrecord *rua = &l->rua;
	const char *domain = book.domain[i]->is.name;

	l->wanted = 1;
	while (!l->over)
		loop_run();
	if (rua->state == RPTRECORD_LOST) {
		warn("%s: no answer from the DNS", domain);
		status = EXIT_TEMP;
	} else if (rua->state == RPTRECORD_MALFORMED) {
		info("%s: malformed record: %s", domain, rua->why);
	}
	return rua->state == RPTRECORD_FOUND && rua->n_rua > 0 ? rua : NULL;
}

/* is there room for the longest name that is made of it? */
static int
name_fits(const struct reportmail_report *r)
{
	struct buf name = { 0 };
	int fits;

	needs(reportmail_name(&name, r, ".10.json.gz.url"));
	fits = buf_len(&name) < NAME_MAX; /* meanwhile with a dot in front */
	buf_free(&name);
	if (!fits)
		warn("%s: the name is too long", r->domain);
	return fits;
}

static void
report(size_t i)
{
	const struct rptbook_domain *d = book.domain[i];
	const struct rptrecord *rua = NULL;
	struct reportmail_report r =
	    reportopt_report(&option.report, d->is.name);
	struct buf json = { 0 }, gzip = { 0 };

	if (d->n_policies == 0 || !name_fits(&r) ||
	    (!option.all && (rua = find_record(i)) == NULL))
		return;
	make_json(&json, &r, d);
	if (gzip_put(&gzip, buf_data(&json), buf_len(&json)) == -1)
		die(EXIT_TEMP, "unable to run gzip: %m");
	if (option.all)
		put_post(&r, d, &gzip, NULL, 1);
	else
		send_to(&r, d, &gzip, rua);
	buf_free(&json);
	buf_free(&gzip);
}

static void
make_reports(char *const *files)
{
	size_t i;

	reportopt_read(files, take_line, NULL);
	needs(rptbook_sort(&book));
	reportopt_period(&option.report, book.domains.first, book.domains.last);
	reportopt_settle(&option.report);
	for (i = 0; i < book.domains.n; i++) {
		if (!option.all)
			ask_ahead(i);
		report(i);
	}
	reportopt_missed(useless, "events", &book.domains, "sessions");
}

/* what others say */

/* strangers must not make us bounce: what is none is told, and done with */
static int
no_report(const char *why)
{
	warn("not a TLS report: %s", why);
	return EXIT_OK;
}

static int
tell(const struct buf *json)
{
	char why[RPT_FAULT_MAX];
	uint64_t left;
	int r = rpttell_json(buf_data(json), buf_len(json), &left, why);

	if (r == -1)
		return no_report(why);
	needs(r == -2 ? -1 : 0);
	if (left > 0)
		warn("%llu failures more are not told",
		    (unsigned long long)left);
	return EXIT_OK;
}

static int
unpack(const struct buf *part)
{
	struct buf json = { 0 };

	if (!rptpart_packed(buf_data(part), buf_len(part)))
		return tell(part);
	if (gzip_get(&json, buf_data(part), buf_len(part), RPT_JSON_MAX) == 0)
		return tell(&json);
	if (errno == EFBIG)
		return no_report("more than 16777216 bytes when unpacked");
	if (errno == EIO)
		return no_report("damaged gzip");
	die(EXIT_TEMP, "unable to run gzip: %m");
}

static int
read_report(void)
{
	struct buf in = { 0 }, part = { 0 };
	ssize_t got;
	int r;

	while ((got = fd_read_more(0, &in, 65536)) > 0)
		if (buf_len(&in) > RPT_MAIL_MAX)
			return no_report("more than 10485760 bytes");
	if (got == -1)
		die(EXIT_TEMP, "unable to read: %m");
	r = rptpart_find(&part, buf_data(&in), buf_len(&in));
	needs(r);
	return r == 0 ? no_report("no part that could be one") : unpack(&part);
}

/* usage */

static void
take_option(int c, const char *text)
{
	switch (c) {
	case 'a': option.all = 1; break;
	case 'C': option.confdir = text; break;
	case 'R': option.read = 1; break;
	case 's': option.cache = text; break;
	default:
		if (!reportopt_take(&option.report, c, text) &&
		    !dnsopt_take(c, text, &dns, &option.now, &option.wait_ms))
			die_usage(usage);
	}
}

int
main(int argc, char **argv)
{
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+aRb:C:D:d:e:i:m:o:r:s:t:w:")) != -1)
		take_option(c, optarg);
	if (option.read) {
		if (argc != 2)
			die_usage(usage);
		return read_report();
	}
	if (option.report.outdir == NULL)
		die_usage(usage);
	reportopt_check(&option.report, usage);
	if (option.now == -1)
		option.now = clock_wall_s();
	resolve_setup(&dns, option.confdir);
	make_reports(argv + optind);
	return status;
}

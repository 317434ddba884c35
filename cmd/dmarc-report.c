/* dmarc-report - tell the owners of domains what mail was seen */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/gzip.h"
#include "base/out.h"
#include "dmarc/dmarcbook.h"
#include "dmarc/dmarcto.h"
#include "dns/dnsopt.h"
#include "dns/dnsrun.h"
#include "dns/suffix.h"
#include "mail/reportopt.h"
#include <unistd.h>

static const char usage[] =
    "dmarc-report [-aMpz] [-b begin] [-D outdir] "
    "[-d domain] [-e end] [-i id] -m contact -o organization "
    "[-r addr@port] [-t unixtime] [-w seconds] [-x extra] [file ...]";

static struct {
	struct reportopt report;
	const char *extra;
	int64_t now, wait_ms;
	unsigned all : 1, mail : 1, psl : 1, gzip : 1;
} option = { .report = { .begin = -1, .end = -1 },
	.now = -1,
	.wait_ms = DNSRUN_DEADLINE_MS };

static struct dmarcbook book;
static struct resolve dns = { .deadline_ms = DNSRUN_QUESTION_MS };
static uint64_t useless;
static int status = EXIT_OK;

/* the log */

/* one that is longer than any event is none */
static void
take_line(void *arg, const char *line, size_t n)
{
	static struct dmarcevent e;
	int r = line == NULL ? 0 : dmarcevent_read(&e, line, n);

	(void)arg;
	if (r == -1)
		useless++;
	if (r != 1 || !reportopt_wants(&option.report, e.time, e.domain))
		return;
	needs(dmarcbook_add(&book, &e));
}

/* what comes out */

static void
say(const char *name, const struct dmarcbook_domain *d)
{
	struct buf line = { 0 };

	needs(buf_printf(&line, "%s\t%s\t%zu\t%llu\n", name, d->is.name,
	    d->n_rows, (unsigned long long)d->messages));
	out_flush_plain(&line);
	buf_free(&line);
}

static void
make_xml(struct buf *xml, const struct reportmail_report *r,
    const struct dmarcbook_domain *d)
{
	struct buf id = { 0 };
	struct dmarcxml_about about = { option.report.organization,
		option.report.contact, option.extra, NULL, option.report.begin,
		option.report.end };

	needs(reportmail_id(&id, r));
	about.id = buf_data(&id);
	needs(dmarcxml_head(xml, &about, &d->policy));
	needs(dmarcbook_records(d, xml));
	needs(dmarcxml_tail(xml));
	buf_free(&id);
}

/* DNS */

DNSRUN_MACHINE(ops, dmarcto);

/* addresses that agreed, and take a message of this size */
static size_t
find_addresses(const struct dmarcbook_domain *d, size_t size, const char **to)
{
	static struct dmarcto t;
	static const struct dmarc_who psl = { .organization = suffix_dmarc };
	size_t n = 0, i;

	dmarcto_init(&t, d->is.name, d->rua, option.psl ? &psl : NULL);
	dnsrun_now(&dns, &ops, &t, option.wait_ms);
	if (t.lost > 0) {
		warn("%s: no answer from the DNS about %u of its addresses",
		    d->is.name, t.lost);
		status = EXIT_TEMP;
		return 0;
	}
	for (i = 0; i < t.n; i++)
		if (t.address[i].limit == 0 || size <= t.address[i].limit)
			to[n++] = t.address[i].text;
	if (n == 0)
		info("%s: no address takes this report", d->is.name);
	return n;
}

static const struct reportmail_kind kind = { "multipart/mixed",
	"=_dmarc-report_", "a DMARC aggregate report (RFC 9990)",
	"application/gzip", ".xml.gz", NULL };

/* 0: nobody wants it */
static int
make_mail(struct buf *out, const struct reportmail_report *r,
    const struct dmarcbook_domain *d, const struct buf *gzip)
{
	const char *to[DMARCTO_MAX];
	struct reportmail m = { .kind = &kind,
		.report = r,
		.from = option.report.contact,
		.to = to,
		.now = option.now,
		.gzip = buf_data(gzip),
		.gzip_len = buf_len(gzip) };
	struct buf body = { 0 };

	needs(reportmail_body(&body, &m));
	m.n_to = find_addresses(d, buf_len(&body), to);
	if (m.n_to > 0) {
		needs(reportmail_header(out, &m));
		needs(buf_putc(out, '\n'));
		needs(buf_put(out, buf_data(&body), buf_len(&body)));
	}
	buf_free(&body);
	return m.n_to > 0;
}

static void
report(const struct dmarcbook_domain *d)
{
	static struct buf xml, gzip, mail, name;
	struct reportmail_report r =
	    reportopt_report(&option.report, d->is.name);
	struct buf *out = &xml;
	const char *extension = ".xml";

	buf_clear(&xml);
	buf_clear(&gzip);
	buf_clear(&mail);
	buf_clear(&name);
	make_xml(&xml, &r, d);
	if (option.gzip || option.mail) {
		if (gzip_put(&gzip, buf_data(&xml), buf_len(&xml)) == -1)
			die(EXIT_TEMP, "unable to run gzip: %m");
		out = &gzip;
		extension = ".xml.gz";
	}
	if (option.mail) {
		if (!make_mail(&mail, &r, d, &gzip))
			return;
		out = &mail;
		extension = ".eml";
	}
	needs(reportmail_name(&name, &r, extension));
	if (option.report.outdir == NULL) {
		out_flush(out);
		return;
	}
	reportopt_write(&option.report, buf_data(&name), out);
	say(buf_data(&name), d);
}

static int
wanted(const struct dmarcbook_domain *d)
{
	return d->n_rows > 0 && (option.all || d->rua[0] != '\0');
}

static void
report_all(void)
{
	size_t i, n = 0;

	for (i = 0; i < book.domains.n; i++)
		n += wanted(book.domain[i]);
	if (option.report.outdir == NULL && n > 1)
		die(EXIT_PERM,
		    "there are reports for %zu domains: "
		    "-d or -D is needed",
		    n);
	for (i = 0; i < book.domains.n; i++)
		if (wanted(book.domain[i]))
			report(book.domain[i]);
}

/* usage */

static void
take_option(int c, const char *text)
{
	switch (c) {
	case 'a': option.all = 1; break;
	case 'M': option.mail = 1; break;
	case 'p': option.psl = 1; break;
	case 'x': option.extra = text; break;
	case 'z': option.gzip = 1; break;
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
	while ((c = getopt(argc, argv, "+aMpzb:D:d:e:i:m:o:r:t:w:x:")) != -1)
		take_option(c, optarg);
	reportopt_check(&option.report, usage);
	if (option.now == -1)
		option.now = clock_wall_s();
	resolve_setup(&dns, NULL);
	reportopt_read(argv + optind, take_line, NULL);
	needs(dmarcbook_sort(&book));
	reportopt_period(&option.report, book.domains.first, book.domains.last);
	reportopt_settle(&option.report);
	report_all();
	reportopt_missed(useless, "verdicts", &book.domains, "messages");
	return status;
}

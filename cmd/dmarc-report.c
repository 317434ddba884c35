/* dmarc-report - tell the owners of domains what mail was seen */
#include "base/clock.h"
#include "base/die.h"
#include "base/durable.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "base/lines.h"
#include "base/opt.h"
#include "base/out.h"
#include "dmarc/dmarcbook.h"
#include "dmarc/dmarcmail.h"
#include "dmarc/dmarcto.h"
#include "dmarc/gzip.h"
#include "dns/dnsopt.h"
#include "dns/dnsrun.h"
#include "dns/suffix.h"
#include "format/ltsv.h"
#include "mail/address.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char usage[] =
    "dmarc-report [-aMpz] [-b begin] [-D outdir] "
    "[-d domain] [-e end] [-i id] -m contact -o organization "
    "[-r addr@port] [-t unixtime] [-w seconds] [-x extra] [file ...]";

enum { DAY = 86400 };

static struct {
	const char *outdir, *domain, *unique, *contact, *organization, *extra;
	const char *receiver;
	int64_t begin, end, now;
	int64_t wait_ms;
	unsigned all : 1, mail : 1, psl : 1, gzip : 1;
} option = { .begin = -1, .end = -1, .now = -1, .wait_ms = DNSRUN_DEADLINE_MS };

static struct dmarcbook book;
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
	if (r != 1 || (option.begin != -1 && e.time < option.begin) ||
	    (option.end != -1 && e.time > option.end) ||
	    (option.domain != NULL && strcasecmp(option.domain, e.domain) != 0))
		return;
	needs(dmarcbook_add(&book, &e));
}

static void
read_lines(int fd, const char *name)
{
	if (lines_each(fd, LTSV_LINE_MAX, take_line, NULL) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", name);
}

static void
read_file(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		die(EXIT_TEMP, "unable to open %s: %m", name);
	read_lines(fd, name);
	close(fd);
}

/* whole days of UTC where nothing else is said */
static void
set_period(void)
{
	if (option.begin == -1)
		option.begin = book.first - book.first % DAY;
	if (option.end == -1)
		option.end = book.last - book.last % DAY + DAY - 1;
}

/* what comes out */

static void
write_file(const char *name, const struct buf *b)
{
	struct buf path = { 0 }, temp = { 0 };
	int fd;

	needs(buf_printf(&path, "%s/%s", option.outdir, name));
	needs(buf_putc(&path, '\0'));
	needs(buf_printf(&temp, "%s/.%s", option.outdir, name));
	needs(buf_putc(&temp, '\0'));
	fd = open(buf_data(&temp), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0666);
	if (fd == -1)
		die(EXIT_TEMP, "unable to make %s: %m", buf_data(&temp));
	if (fd_write_all(fd, buf_data(b), buf_len(b)) == -1 ||
	    fsync(fd) == -1 || close(fd) == -1 ||
	    rename(buf_data(&temp), buf_data(&path)) == -1 ||
	    durable_folder_of(buf_data(&path)) == -1)
		die(EXIT_TEMP, "unable to write %s: %m", buf_data(&path));
	buf_free(&path);
	buf_free(&temp);
}

static void
say(const char *name, const struct dmarcbook_domain *d)
{
	struct buf line = { 0 };

	needs(buf_printf(&line, "%s\t%s\t%zu\t%llu\n", name, d->name, d->n_rows,
	    (unsigned long long)d->messages));
	out_flush_plain(&line);
	buf_free(&line);
}

static void
make_xml(struct buf *xml, const struct dmarcmail_report *r,
    const struct dmarcbook_domain *d)
{
	struct buf id = { 0 };
	struct dmarcxml_about about = { option.organization, option.contact,
		option.extra, NULL, option.begin, option.end };

	needs(dmarcmail_id(&id, r));
	about.id = buf_data(&id);
	needs(dmarcxml_head(xml, &about, &d->policy));
	needs(dmarcbook_records(d, xml));
	needs(dmarcxml_tail(xml));
	buf_free(&id);
}

/* DNS */

static int
want(void *machine, struct dnsq *q)
{
	return dmarcto_want(machine, q);
}

static void
answer(void *machine, const struct dnsa *a)
{
	dmarcto_answer(machine, a);
}

static const struct dnsrun_machine ops = { want, answer };

/* addresses that agreed, and take a message of this size */
static size_t
find_addresses(const struct dmarcbook_domain *d, size_t size, const char **to)
{
	static struct dmarcto t;
	static const struct dmarc_who psl = { .organization = suffix_dmarc };
	size_t n = 0, i;

	dmarcto_init(&t, d->name, d->rua, option.psl ? &psl : NULL);
	dnsrun_now(&ops, &t, option.wait_ms);
	if (t.lost > 0) {
		warn("%s: no answer from the DNS about %u of its addresses",
		    d->name, t.lost);
		status = EXIT_TEMP;
		return 0;
	}
	for (i = 0; i < t.n; i++)
		if (t.address[i].limit == 0 || size <= t.address[i].limit)
			to[n++] = t.address[i].text;
	if (n == 0)
		info("%s: no address takes this report", d->name);
	return n;
}

/* 0: nobody wants it */
static int
make_mail(struct buf *out, const struct dmarcmail_report *r,
    const struct dmarcbook_domain *d, const struct buf *gzip)
{
	const char *to[DMARCTO_MAX];
	struct dmarcmail m = { .report = r,
		.from = option.contact,
		.to = to,
		.now = option.now,
		.gzip = buf_data(gzip),
		.gzip_len = buf_len(gzip) };
	struct buf body = { 0 };

	needs(dmarcmail_body(&body, &m));
	m.n_to = find_addresses(d, buf_len(&body), to);
	if (m.n_to > 0) {
		needs(dmarcmail_header(out, &m));
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
	struct dmarcmail_report r = { option.receiver, d->name, option.unique,
		option.begin, option.end };
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
	needs(dmarcmail_name(&name, &r, extension));
	if (option.outdir == NULL) {
		out_flush(out);
		return;
	}
	write_file(buf_data(&name), out);
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

	for (i = 0; i < book.n_domains; i++)
		n += wanted(book.domain[i]);
	if (option.outdir == NULL && n > 1)
		die(EXIT_PERM,
		    "there are reports for %zu domains: "
		    "-d or -D is needed",
		    n);
	for (i = 0; i < book.n_domains; i++)
		if (wanted(book.domain[i]))
			report(book.domain[i]);
}

/* usage */

static void
take_option(int c, const char *text)
{
	switch (c) {
	case 'a': option.all = 1; break;
	case 'b': option.begin = opt_time(c, text, 0, INT64_MAX); break;
	case 'D': option.outdir = text; break;
	case 'd': option.domain = text; break;
	case 'e': option.end = opt_time(c, text, 0, INT64_MAX); break;
	case 'i': option.unique = text; break;
	case 'M': option.mail = 1; break;
	case 'm': option.contact = text; break;
	case 'o': option.organization = text; break;
	case 'p': option.psl = 1; break;
	case 'x': option.extra = text; break;
	case 'z': option.gzip = 1; break;
	default:
		if (!dnsopt_take(c, text, &option.now, &option.wait_ms))
			die_usage(usage);
	}
}

static void
check_options(void)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const char *u = option.unique;

	if (option.contact == NULL || option.organization == NULL)
		die_usage(usage);
	if (!address_valid(option.contact, strlen(option.contact)))
		die(EXIT_PERM, "bad -m %s", option.contact);
	option.receiver = strrchr(option.contact, '@') + 1;
	if (!address_domain(option.receiver, strlen(option.receiver)))
		die(EXIT_PERM, "bad -m %s", option.contact);
	if (u != NULL &&
	    (*u == '\0' || strlen(u) > 64 || u[strspn(u, good)] != '\0'))
		die(EXIT_PERM, "bad -i %s", u);
	if (option.begin != -1 && option.end != -1 && option.begin > option.end)
		die(EXIT_PERM, "-e is before -b");
	if (option.now == -1)
		option.now = clock_wall_s();
}

int
main(int argc, char **argv)
{
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+aMpzb:D:d:e:i:m:o:r:t:w:x:")) != -1)
		take_option(c, optarg);
	check_options();
	resolve_setup(NULL);
	resolve_deadline(DNSRUN_QUESTION_MS);
	argv += optind;
	if (*argv == NULL)
		read_lines(0, "standard input");
	for (; *argv != NULL; argv++)
		read_file(*argv);
	needs(dmarcbook_sort(&book));
	set_period();
	if (option.outdir != NULL && folder_settle(option.outdir) == -1)
		die(EXIT_TEMP, "unable to make files in %s: %m", option.outdir);
	report_all();
	if (useless > 0)
		warn("%llu verdicts lack what a report needs",
		    (unsigned long long)useless);
	if (book.left_out > 0)
		warn("no room: %llu messages are not in the reports",
		    (unsigned long long)book.left_out);
	return status;
}

#include "mail/reportopt.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/lines.h"
#include "base/newfile.h"
#include "base/opt.h"
#include "format/ltsv.h"
#include "mail/address.h"
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { DAY = 86400 };

int
reportopt_take(struct reportopt *o, int option, const char *text)
{
	switch (option) {
	case 'b': o->begin = opt_time(option, text, 0, INT64_MAX); break;
	case 'D': o->outdir = text; break;
	case 'd': o->domain = text; break;
	case 'e': o->end = opt_time(option, text, 0, INT64_MAX); break;
	case 'i': o->unique = text; break;
	case 'm': o->contact = text; break;
	case 'o': o->organization = text; break;
	default: return 0;
	}
	return 1;
}

/* letters and digits: RFC 8460 section 5.1 has no others */
static int
unique_good(const char *u)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	return *u != '\0' && strlen(u) <= REPORTOPT_UNIQUE_MAX &&
	    u[strspn(u, good)] == '\0';
}

void
reportopt_check(struct reportopt *o, const char *usage)
{
	if (o->contact == NULL || o->organization == NULL)
		die_usage(usage);
	if (!address_valid(o->contact, strlen(o->contact)))
		die(EXIT_PERM, "bad -m %s", o->contact);
	o->submitter = strrchr(o->contact, '@') + 1;
	if (!address_domain(o->submitter, strlen(o->submitter)))
		die(EXIT_PERM, "bad -m %s", o->contact);
	if (o->unique != NULL && !unique_good(o->unique))
		die(EXIT_PERM, "bad -i %s", o->unique);
	if (o->begin != -1 && o->end != -1 && o->begin > o->end)
		die(EXIT_PERM, "-e is before -b");
}

int
reportopt_wants(const struct reportopt *o, int64_t time, const char *domain)
{
	return (o->begin == -1 || time >= o->begin) &&
	    (o->end == -1 || time <= o->end) &&
	    (o->domain == NULL || strcasecmp(o->domain, domain) == 0);
}

void
reportopt_period(struct reportopt *o, int64_t first, int64_t last)
{
	if (o->begin == -1)
		o->begin = first - first % DAY;
	if (o->end == -1)
		o->end = last - last % DAY + DAY - 1;
}

void
reportopt_read(char *const *files, void (*take)(void *, const char *, size_t),
    void *arg)
{
	int fd;

	if (*files == NULL && lines_each(0, LTSV_LINE_MAX, take, arg) == -1)
		die(EXIT_TEMP, "unable to read standard input: %m");
	for (; *files != NULL; files++) {
		fd = open(*files, O_RDONLY | O_CLOEXEC);
		if (fd == -1)
			die(EXIT_TEMP, "unable to open %s: %m", *files);
		if (lines_each(fd, LTSV_LINE_MAX, take, arg) == -1)
			die(EXIT_TEMP, "unable to read %s: %m", *files);
		close(fd);
	}
}

void
reportopt_settle(const struct reportopt *o)
{
	if (o->outdir != NULL && folder_settle(o->outdir) == -1)
		die(EXIT_TEMP, "unable to make files in %s: %m", o->outdir);
}

struct reportmail_report
reportopt_report(const struct reportopt *o, const char *domain)
{
	return (struct reportmail_report){ o->submitter, domain, o->unique,
		o->begin, o->end };
}

void
reportopt_missed(uint64_t useless, const char *events,
    const struct reportbook *b, const char *what)
{
	if (useless > 0)
		warn("%llu %s lack what a report needs",
		    (unsigned long long)useless, events);
	if (b->left_out > 0)
		warn("no room: %llu %s are not in the reports",
		    (unsigned long long)b->left_out, what);
}

void
reportopt_write(const struct reportopt *o, const char *name,
    const struct buf *b)
{
	if (newfile_put(o->outdir, name, b) == -1)
		die(EXIT_TEMP, "unable to write %s/%s: %m", o->outdir, name);
}

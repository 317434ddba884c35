#include "confbuild/plainfiles.h"
#include "base/die.h"
#include "base/exit.h"
#include "confbuild/maketable.h"
#include "conf/confname.h"
#include "conf/conftext.h"
#include "conf/hostname.h"
#include "conf/word.h"
#include "dns/resolveconf.h"
#include "mail/address.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* a fault that no file may have in any line: 1 when it was told */
static int
line_fault(struct conffaults *f, const char *path, unsigned lineno,
    const char *line, size_t len)
{
	const char *why = conftext_fault(line, len);

	if (why != NULL)
		conffaults_fault(f, path, lineno, why);
	return why != NULL;
}

/* files of one line */

/* a file of which programs read the first line alone: its number, 0 when
 * there is none, -1 when the file is not there or a fault was told */
static long
one_line(struct conffaults *f, const char *path, const char *second)
{
	const char *p, *line;
	unsigned lineno = 0, first = 0;
	unsigned long before = f->faults;
	char *text;
	size_t n, len;

	text = maketable_text(path, &n);
	if (text == NULL)
		return -1;
	p = text;
	while (conftext_next(&p, text + n, &lineno, &line, &len)) {
		if (line_fault(f, path, lineno, line, len))
			continue;
		if (first == 0)
			first = lineno;
		else
			conffaults_fault(f, path, lineno, second);
	}
	free(text);
	return f->faults == before ? (long)first : -1;
}

/* why hostname_read_text() took none, for a file that has one */
static const char *
no_text(void)
{
	return errno == EINVAL ? "longer than 255 bytes" : strerror(errno);
}

void
plainfiles_me(const char *dir, struct conffaults *f)
{
	char name[HOSTNAME_MAX + 1], read[HOSTNAME_MAX + 1], path[PATH_MAX];
	char text[HOSTNAME_MAX + 512];
	const char *why;
	long lineno;

	maketable_path(path, dir, "", "me", "");
	lineno = one_line(f, path,
	    "a second name, which nobody reads: leave one line, the full name "
	    "that this host has in the DNS");
	if (lineno == -1)
		return;
	if (lineno == 0 || hostname_read_text(dir, "me", name) == -1) {
		conffaults_fault(f, path, lineno == 0 ? 1 : (unsigned)lineno,
		    lineno == 0 ? "no name: " HOSTNAME_ADVICE : no_text());
		return;
	}
	why = hostname_doubt(name);
	if (why == NULL)
		return;
	/* with some no program starts */
	if (hostname_read(dir, read) == 0) {
		warn("%s: %s: %s; " HOSTNAME_ADVICE, path, name, why);
		return;
	}
	snprintf(text, sizeof text, "%s: %s; " HOSTNAME_ADVICE, name, why);
	conffaults_fault(f, path, (unsigned)lineno, text);
}

void
plainfiles_doublebounce(const char *dir, struct conffaults *f)
{
	char text[HOSTNAME_MAX + 3], path[PATH_MAX];
	long lineno;
	size_t n;

	maketable_path(path, dir, "", "doublebounce", "");
	lineno = one_line(f, path,
	    "a second address, which nobody reads: leave one line");
	if (lineno < 1)
		return;
	if (hostname_read_text(dir, "doublebounce", text) == -1) {
		conffaults_fault(f, path, (unsigned)lineno, no_text());
		return;
	}
	n = strlen(text);
	if (strchr(text, '@') == NULL)
		memcpy(text + n, "@x", 3);
	if (!address_valid(text, strlen(text)))
		conffaults_fault(f, path, (unsigned)lineno, "not an address");
}

/* name servers */

enum { RESOLVER_FAULT = PATH_MAX + 128 }; /* room for what is told */

/* why a line cannot stay; NULL: it is good.  text has room for it */
static const char *
resolver_fault(const char *dir, const char *line, size_t len, unsigned lineno,
    struct conftext_resolver *r, struct wordset *seen,
    char text[RESOLVER_FAULT])
{
	const char *why = conftext_resolver_line(line, len, r);
	long before = why != NULL ? 0 : wordset_add(seen, line, len, lineno);
	char keys[PATH_MAX];

	needs(before == -1 ? -1 : 0);
	if (before > 0)
		snprintf(text, RESOLVER_FAULT, "stands in line %ld already",
		    before);
	else if (why == NULL && r->kind == CONFTEXT_ANCHOR &&
	    resolveconf_anchor(dir, r->value, r->n, keys) == -1)
		snprintf(text, RESOLVER_FAULT, "unable to read %s: %m", keys);
	else
		return why;
	return text;
}

void
plainfiles_resolver(const char *dir, struct conffaults *f)
{
	char path[PATH_MAX], *text;
	const char *p, *line, *why;
	unsigned lineno = 0;
	struct conftext_resolver r = { 0 };
	struct wordset seen = { 0 };
	char fault[RESOLVER_FAULT];
	size_t n, len;

	maketable_path(path, dir, "", "resolver", "");
	text = maketable_text(path, &n);
	if (text == NULL)
		return;
	if (n > CONFTEXT_SERVERS_BYTES_MAX)
		conffaults_fault(f, path, 0, "longer than 65536 bytes");
	p = text;
	while (conftext_next(&p, text + n, &lineno, &line, &len))
		if (!line_fault(f, path, lineno, line, len) &&
		    (why = resolver_fault(dir, line, len, lineno, &r, &seen,
			 fault)) != NULL)
			conffaults_fault(f, path, lineno, why);
	wordset_free(&seen);
	free(text);
}

/* names */

/* does resolver name it as keys? */
static int
is_keys(const char *dir, const char *name)
{
	char path[PATH_MAX], *text;
	struct conftext_resolver r = { 0 };
	const char *p, *line;
	unsigned lineno = 0;
	size_t n, len;
	int yes = 0;

	maketable_path(path, dir, "", "resolver", "");
	p = text = maketable_text(path, &n);
	while (text != NULL && !yes &&
	    conftext_next(&p, text + n, &lineno, &line, &len))
		yes = conftext_resolver_line(line, len, &r) == NULL &&
		    r.kind == CONFTEXT_ANCHOR &&
		    word_is((struct slice){ r.value, r.n }, name);
	free(text);
	return yes;
}

static void
look_at_name(struct conffaults *f, const char *dir, const char *name)
{
	const char *meant = confname_meant(name);
	char path[PATH_MAX], text[128];

	maketable_path(path, dir, "", name, "");
	switch (confname_of(name)) {
	case CONFNAME_KNOWN: return;
	case CONFNAME_BACKUP:
		if (name[0] != '.')
			info("%s is left alone: a backup, by its name", path);
		return;
	case CONFNAME_OTHER:
		if (is_keys(dir, name))
			return;
	}
	snprintf(text, sizeof text,
	    "no program reads a file of this name%s%s%s",
	    meant == NULL ? "" : "; is `", meant == NULL ? "" : meant,
	    meant == NULL ? "" : "' meant?");
	conffaults_doubt(f, path, 0, text);
}

void
plainfiles_names(const char *dir, struct conffaults *f)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	struct stat st;

	if (d == NULL)
		die(EXIT_TEMP, "unable to read %s: %m", dir);
	while ((e = readdir(d)) != NULL)
		if (fstatat(dirfd(d), e->d_name, &st, 0) == 0 &&
		    !S_ISDIR(st.st_mode))
			look_at_name(f, dir, e->d_name);
	closedir(d);
}

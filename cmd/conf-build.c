/* conf-build - the text files of a configuration into cdb files */
#include "auth/auth.h"
#include "base/cdbwrite.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "base/num.h"
#include "base/plain.h"
#include "base/table.h"
#include "client/clients.h"
#include "conf/confname.h"
#include "conf/conftext.h"
#include "conf/hostname.h"
#include "conf/local.h"
#include "fix/rules.h"
#include "grey/white.h"
#include "local/users.h"
#include "mail/address.h"
#include "queue/retry.h"
#include "recv/relay.h"
#include "route/aliases.h"
#include "route/aliasfile.h"
#include "route/pools.h"
#include "route/routefile.h"
#include "route/routes.h"
#include "route/routingtext.h"
#include "route/ruleshadow.h"
#include "sign/signers.h"
#include "throttle/throttlefile.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILE_BYTES_MAX = 256 << 20, /* of one text file */
	FAULTS_SHOWN_MAX = 100
};

static const struct conffile *const subjects[] = {
	&conffile_local,
	&conffile_pools,
	&conffile_aliases,
	&conffile_routes,
	&conffile_relay,
	&conffile_throttle,
	&conffile_retry,
	&conffile_auth,
	&conffile_clients,
	&conffile_dkim,
	&conffile_grey,
	&conffile_fix,
	&conffile_users,
};
enum { SUBJECTS = sizeof subjects / sizeof subjects[0] };

static const char usage[] = "conf-build [-n] confdir [name ...]";
static const char *dir;
static unsigned long faults, doubts;
/* what was made of aliases and routes, to be looked through */
static struct buf alias_keys, rules;

/* one subject: its text read, its table made, not yet written */
static struct file {
	const struct conffile *subject;
	char path[4096], final[4096], temp[4096];
	unsigned lineno;
	int wanted, made;
	mode_t mode;
	struct cdbwrite cdb;
	struct table old; /* the table in force, when this one is not made */
} file[SUBJECTS];

static void
say(const char *path, unsigned lineno, const char *kind, const char *reason)
{
	static struct buf text;

	/* not die.h's: this form is what editors jump by */
	buf_clear(&text);
	needs(lineno == 0 ? buf_printf(&text, "conf-build: %s: %s%s\n", path,
				kind, reason)
			  : buf_printf(&text, "conf-build: %s:%u: %s%s\n", path,
				lineno, kind, reason));
	plain_write(2, buf_data(&text), buf_len(&text));
}

static void
fault(const char *path, unsigned lineno, const char *reason)
{
	if (++faults <= FAULTS_SHOWN_MAX)
		say(path, lineno, "", reason);
}

/* what is made all the same */
static void
doubt(const char *path, unsigned lineno, const char *reason)
{
	if (++doubts <= FAULTS_SHOWN_MAX)
		say(path, lineno, "warning: ", reason);
}

static void
on_wrong(void *arg, const char *reason)
{
	struct file *f = arg;

	fault(f->path, f->lineno, reason);
}

static void
keep(const struct file *f, const char *key, size_t kn, const char *data,
    size_t dn)
{
	int k = 0;

	if (f->subject == &conffile_aliases)
		k = buf_put(&alias_keys, key, kn) | buf_putc(&alias_keys, '\n');
	else if (f->subject == &conffile_routes && key[0] != '=')
		k = buf_put(&rules, data, dn);
	if (k != 0)
		die(EXIT_TEMP, "out of memory");
}

static int
on_add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	struct file *f = arg;

	keep(f, key, kn, data, dn);
	if (cdbwrite_add(&f->cdb, key, kn, data, dn) == -1)
		die(EXIT_TEMP, "unable to make the table of %s: %m", f->path);
	return 0;
}

/* reading */

static char *
slurp(const char *path, size_t *n)
{
	char *text;

	if (fd_slurp(path, FILE_BYTES_MAX, &text, n) == 0)
		return text;
	if (errno == ENOTSUP || errno == ENXIO)
		die(EXIT_TEMP, "unable to read %s: it is no file", path);
	if (errno != ENOENT)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	return NULL;
}

static void
compile(struct file *f, const char *text, size_t n)
{
	const struct conffile_sink sink = { on_add, on_wrong, f };

	needs(conffile_read(f->subject, text, n, &f->lineno, &sink));
	if (cdbwrite_finish(&f->cdb) == -1)
		die(EXIT_TEMP, "unable to make the table of %s: %m", f->path);
	f->made = 1;
}

static void
load(struct file *f)
{
	struct stat st;
	char *text;
	size_t n;

	text = slurp(f->path, &n);
	if (text != NULL) {
		f->mode = stat(f->path, &st) == 0 ? st.st_mode & 0666 : 0644;
		compile(f, text, n);
		free(text);
		return;
	}
	if (stat(f->final, &st) == -1 || st.st_size == 2048)
		return;
	/* a running program keeps its table when the file goes away: so the
	 * table stays, empty */
	info("%s is gone: %s becomes empty", f->path, f->final);
	f->mode = st.st_mode & 0666;
	compile(f, "", 0);
}

/* checks across files */

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	struct file *f = arg;
	struct cdb c;
	int r;

	if (!f->made)
		return f->old.open ? table_ref(&f->old, key, n, data, len) : 0;
	memset(&c, 0, sizeof c);
	c.map = buf_data(&f->cdb.out);
	c.size = (uint32_t)buf_len(&f->cdb.out);
	r = cdb_find(&c, (const unsigned char *)key, n);
	if (r == 1) {
		*data = c.map + cdb_datapos(&c);
		*len = cdb_datalen(&c);
	}
	return r;
}

static struct lookup
lookup_of(const struct conffile *s)
{
	struct lookup l = { get, NULL };
	unsigned i;

	for (i = 0; i < SUBJECTS; i++)
		if (file[i].subject == s)
			l.arg = &file[i];
	return l;
}

static void
check_pools(const struct routing_conf *c)
{
	struct file *f = c->routes.arg;
	struct slice name;
	char t[WORD_NAME_MAX + 64];
	const char *data;
	size_t at = 0, len;
	unsigned lineno;

	while (routes_pools(&c->routes, &at, &lineno, &name) == 1)
		if (lookup_get(&c->pools, name.p, name.n, &data, &len) != 1) {
			snprintf(t, sizeof t, "there is no pool %.*s",
			    (int)name.n, name.p);
			fault(f->path, lineno, t);
		}
}

/* what no file may have, in the lines of one that is no table */
static int
line_fault(const char *path, unsigned lineno, const char *line, size_t len)
{
	const char *why = conftext_fault(line, len);

	if (why != NULL)
		fault(path, lineno, why);
	return why != NULL;
}

static void
check_vectors(const struct routing_conf *c)
{
	static struct routing w;
	static struct buf why;
	char path[4096];
	const char *p, *line;
	char *text;
	size_t n, len;
	unsigned lineno = 0;

	snprintf(path, sizeof path, "%s/tests", dir);
	text = slurp(path, &n);
	if (text == NULL)
		return;
	p = text;
	while (conftext_next(&p, text + n, &lineno, &line, &len)) {
		if (line_fault(path, lineno, line, len))
			continue;
		buf_clear(&why);
		if (routingtext_test(&w, c, line, len, &why) == -1) {
			buf_putc(&why, '\0');
			fault(path, lineno, buf_data(&why));
		}
	}
	free(text);
}

static unsigned
alias_line(const struct routing_conf *c, const struct slice *key)
{
	const char *data;
	size_t len, n;
	uint64_t u;

	if (lookup_get(&c->aliases, key->p, key->n, &data, &len) != 1)
		return 0;
	for (n = 0; n < len && data[n] != '\n'; n++)
		;
	return num_scan(data, n, 1, UINT32_MAX, &u) == -1 ? 0 : (unsigned)u;
}

/* aliases that end nowhere: mail for them would wait until it is too old */
static void
check_aliases(const struct routing_conf *c)
{
	static struct aliases x;
	struct slice rest = { buf_data(&alias_keys), buf_len(&alias_keys) };
	const struct file *f = c->aliases.arg;
	enum aliases_result r;
	struct slice key;
	char to[WORD_ADDRESS_MAX + 8];
	int n;

	while (word_piece(&rest, '\n', &key) && key.n > 0) {
		n = snprintf(to, sizeof to, "%s%.*s",
		    key.p[0] == '@' ? "x" : "", (int)key.n, key.p);
		if (n >= (int)sizeof to)
			continue;
		r = aliases_expand(&x, &c->aliases, &c->local, to, n);
		if (r == ALIASES_LOOP)
			doubt(f->path, alias_line(c, &key),
			    "these aliases only name each other: mail for "
			    "them goes nowhere; give one a target that is "
			    "none of them");
		else if (r == ALIASES_DEEP)
			doubt(f->path, alias_line(c, &key),
			    "too many aliases of aliases, or targets");
	}
}

static int
rewrites_between(const struct buf *lines, unsigned from, unsigned to)
{
	const unsigned *p = (const unsigned *)buf_data(lines);
	size_t i;

	for (i = 0; i < buf_len(lines) / sizeof *p; i++)
		if (p[i] > from && p[i] < to)
			return 1;
	return 0;
}

/* a rule that no job fits, or below one that takes all its jobs; what is rewritten between them
 * passes the first one by */
static void
check_rule(const struct routing_conf *c, struct slice rule,
    const struct buf *rewrites)
{
	const struct file *f = c->routes.arg;
	struct ruleshadow_rule r;
	char t[128];
	long by;

	if (ruleshadow_never(rule) && ruleshadow_read(rule, &r) == 0) {
		doubt(f->path, r.line,
		    "this rule never decides: two of its "
		    "conditions exclude each other; make two rules of it");
		return;
	}
	by = ruleshadow_find(&c->loaded, &c->routes, &c->local, rule, &r);

	if (by <= 0 || rewrites_between(rewrites, (unsigned)by, r.line))
		return;
	snprintf(t, sizeof t,
	    "this rule never decides: line %ld takes all "
	    "that it could; put it above that",
	    by);
	doubt(f->path, r.line, t);
}

static int
by_line(const void *va, const void *vb)
{
	const struct slice *a = va, *b = vb;
	struct ruleshadow_rule x, y;

	ruleshadow_read(*a, &x);
	ruleshadow_read(*b, &y);
	return (x.line > y.line) - (x.line < y.line);
}

static void
check_rules(const struct routing_conf *c)
{
	struct slice rest = { buf_data(&rules), buf_len(&rules) }, rule;
	struct buf list = { 0 }, rewrites = { 0 };
	struct ruleshadow_rule r;
	struct slice *p;
	size_t i, n;

	while (word_piece(&rest, '\n', &rule) && rule.n > 0) {
		needs(buf_put(&list, &rule, sizeof rule));
		if (ruleshadow_read(rule, &r) == 0 && r.rewrites)
			needs(buf_put(&rewrites, &r.line, sizeof r.line));
	}
	p = (struct slice *)buf_data(&list);
	n = buf_len(&list) / sizeof *p;
	if (n > 0)
		qsort(p, n, sizeof *p, by_line);
	for (i = 0; i < n; i++)
		check_rule(c, p[i], &rewrites);
	buf_free(&list);
	buf_free(&rewrites);
}

static void
check_all(void)
{
	struct local_default by_default;
	char me[HOSTNAME_MAX + 1];
	struct routing_conf c;

	c.routes = lookup_of(&conffile_routes);
	c.aliases = lookup_of(&conffile_aliases);
	c.pools = lookup_of(&conffile_pools);
	c.local = local_by_default(&by_default,
	    hostname_read(dir, me) == 0 ? me : NULL,
	    lookup_of(&conffile_local));
	if (rulesearch_load(&c.loaded, &c.routes) == -1)
		die(EXIT_TEMP, "%s is damaged",
		    ((struct file *)c.routes.arg)->final);
	check_pools(&c);
	check_rules(&c);
	check_aliases(&c);
	if (faults == 0)
		check_vectors(&c);
}

/* writing */

static void
write_temp(struct file *f)
{
	int fd;

	unlink(f->temp); /* of one that was interrupted */
	fd = open(f->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1 ||
	    fd_write_all(fd, buf_data(&f->cdb.out), buf_len(&f->cdb.out)) ==
		-1 ||
	    fchmod(fd, f->mode) == -1 || fsync(fd) == -1 || close(fd) == -1) {
		warn("unable to write %s: %m", f->temp);
		unlink(f->temp);
		for (f = file; f < file + SUBJECTS; f++)
			if (f->made)
				unlink(f->temp);
		die(EXIT_TEMP, "nothing was replaced");
	}
}

static void
replace_all(int dirfd)
{
	struct file *f;

	for (f = file; f < file + SUBJECTS; f++)
		if (f->made)
			write_temp(f);
	for (f = file; f < file + SUBJECTS; f++)
		if (f->made && rename(f->temp, f->final) == -1)
			die(EXIT_TEMP, "unable to rename %s to %s: %m", f->temp,
			    f->final);
	if (fsync(dirfd) == -1)
		die(EXIT_TEMP, "unable to sync %s: %m", dir);
}

/* a file of which programs read the first line alone: its number, 0 when
 * there is none, -1 when the file is not there or a fault was said */
static long
one_line(const char *path, const char *second)
{
	const char *p, *line;
	unsigned lineno = 0, first = 0;
	unsigned long before = faults;
	char *text;
	size_t n, len;

	text = slurp(path, &n);
	if (text == NULL)
		return -1;
	p = text;
	while (conftext_next(&p, text + n, &lineno, &line, &len)) {
		if (line_fault(path, lineno, line, len))
			continue;
		if (first == 0)
			first = lineno;
		else
			fault(path, lineno, second);
	}
	free(text);
	return faults == before ? (long)first : -1;
}

/* why hostname_read_text() took none, for a file that has one */
static const char *
no_text(void)
{
	return errno == EINVAL ? "longer than 255 bytes" : strerror(errno);
}

/* the name of this host is no table, but nobody else looks at it in time */
static void
check_name(void)
{
	char name[HOSTNAME_MAX + 1], read[HOSTNAME_MAX + 1], path[4096];
	char text[HOSTNAME_MAX + 512];
	const char *why;
	long lineno;

	snprintf(path, sizeof path, "%s/me", dir);
	lineno = one_line(path,
	    "a second name, which nobody reads: leave one "
	    "line, the full name that this host has in the DNS");
	if (lineno == -1)
		return;
	if (lineno == 0 || hostname_read_text(dir, "me", name) == -1) {
		fault(path, lineno == 0 ? 1 : (unsigned)lineno,
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
	fault(path, (unsigned)lineno, text);
}

/* no table: who asks the DNS does not start with a wrong one */
static void
check_resolver(void)
{
	char path[4096];
	const char *p, *line, *why;
	unsigned lineno = 0, servers = 0;
	struct wordset seen = { 0 };
	char *text, t[64];
	size_t n, len;
	long before;

	snprintf(path, sizeof path, "%s/resolver", dir);
	text = slurp(path, &n);
	if (text == NULL)
		return;
	if (n > CONFTEXT_SERVERS_BYTES_MAX)
		fault(path, 0, "longer than 65536 bytes");
	p = text;
	while (conftext_next(&p, text + n, &lineno, &line, &len)) {
		if (line_fault(path, lineno, line, len))
			continue;
		why = conftext_server_fault(line, len, ++servers);
		before =
		    why != NULL ? 0 : wordset_add(&seen, line, len, lineno);
		needs(before == -1 ? -1 : 0);
		snprintf(t, sizeof t, "stands in line %ld already", before);
		if (why != NULL || before > 0)
			fault(path, lineno, why != NULL ? why : t);
	}
	wordset_free(&seen);
	free(text);
}

static void
set_path(char *out, const char *before, const char *name, const char *after)
{
	if (snprintf(out, sizeof file[0].path, "%s/%s%s%s", dir, before, name,
		after) >= (int)sizeof file[0].path)
		die(EXIT_PERM, "name too long: %s", dir);
}

static void
look_at_name(const char *name)
{
	const char *meant = confname_meant(name);
	char path[4096], text[128];

	set_path(path, "", name, "");
	switch (confname_of(name)) {
	case CONFNAME_KNOWN: return;
	case CONFNAME_BACKUP:
		if (name[0] != '.')
			info("%s is left alone: a backup, by its name", path);
		return;
	case CONFNAME_OTHER: break;
	}
	snprintf(text, sizeof text,
	    "no program reads a file of this name%s%s%s",
	    meant == NULL ? "" : "; is `", meant == NULL ? "" : meant,
	    meant == NULL ? "" : "' meant?");
	doubt(path, 0, text);
}

/* what nobody reads is often a typing error */
static void
check_names(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	struct stat st;

	if (d == NULL)
		die(EXIT_TEMP, "unable to read %s: %m", dir);
	while ((e = readdir(d)) != NULL)
		if (fstatat(dirfd(d), e->d_name, &st, 0) == 0 &&
		    !S_ISDIR(st.st_mode))
			look_at_name(e->d_name);
	closedir(d);
}

/* no table, either: bounce does not start with a wrong one */
static void
check_second(void)
{
	char text[HOSTNAME_MAX + 3], path[4096];
	long lineno;
	size_t n;

	snprintf(path, sizeof path, "%s/doublebounce", dir);
	lineno = one_line(path,
	    "a second address, which nobody reads: leave "
	    "one line");
	if (lineno < 1)
		return;
	if (hostname_read_text(dir, "doublebounce", text) == -1) {
		fault(path, (unsigned)lineno, no_text());
		return;
	}
	n = strlen(text);
	if (strchr(text, '@') == NULL)
		memcpy(text + n, "@x", 3);
	if (!address_valid(text, strlen(text)))
		fault(path, (unsigned)lineno, "not an address");
}

static void
choose(char **names)
{
	unsigned i, found;

	for (i = 0; i < SUBJECTS; i++) {
		file[i].subject = subjects[i];
		file[i].wanted = *names == NULL;
		set_path(file[i].path, "", subjects[i]->name, "");
		set_path(file[i].final, "", subjects[i]->name, ".cdb");
		set_path(file[i].temp, ".", subjects[i]->name, ".cdb.new");
	}
	for (; *names != NULL; names++) {
		for (i = found = 0; i < SUBJECTS; i++)
			if (strcmp(subjects[i]->name, *names) == 0)
				found = file[i].wanted = 1;
		if (!found)
			die(EXIT_PERM, "%s is no file that is compiled",
			    *names);
	}
}

int
main(int argc, char **argv)
{
	int opt, check_only = 0, folder;
	struct file *f;

	prog_init(argv);
	while ((opt = getopt(argc, argv, "+n")) != -1) {
		if (opt != 'n')
			die_usage(usage);
		check_only = 1;
	}
	if (optind == argc)
		die_usage(usage);
	dir = argv[optind];
	choose(argv + optind + 1);
	/* root does there what its owner might do */
	folder = folder_settle(dir) == -1
	    ? -1
	    : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder == -1)
		die(EXIT_TEMP, "unable to open %s: %m", dir);
	/* one at a time: they share the names of the temporary files */
	if (flock(folder, LOCK_EX) == -1)
		die(EXIT_TEMP, "unable to lock %s: %m", dir);
	for (f = file; f < file + SUBJECTS; f++)
		if (f->wanted)
			load(f);
		else
			table_open(&f->old, f->final);
	check_names();
	check_name();
	check_resolver();
	check_second();
	if (faults == 0)
		check_all();
	if (faults > FAULTS_SHOWN_MAX)
		fprintf(stderr, "conf-build: and %lu more\n",
		    faults - FAULTS_SHOWN_MAX);
	if (doubts > FAULTS_SHOWN_MAX)
		fprintf(stderr, "conf-build: and %lu more warnings\n",
		    doubts - FAULTS_SHOWN_MAX);
	if (faults > 0)
		die(EXIT_PERM, "nothing was %s",
		    check_only ? "good enough" : "replaced");
	if (!check_only)
		replace_all(folder);
	return EXIT_OK;
}

/* tls-cert - make, look at and put into place certificates for TLS */
#include "act/act.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/keyfile.h"
#include "base/opt.h"
#include "base/out.h"
#include "crypt/certificate.h"
#include "crypt/certmake.h"
#include "tls/certfile.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ENDS_DAYS = 14, /* left of it: a warning */
	KEY_MODE = 0600,
	GROUP_KEY_MODE = 0640
};

static const char usage[] =
    "tls-cert self [-d days] [-t unixtime] file name ... "
    "tls-cert install [-g gid] [-t unixtime] file certificate key "
    "tls-cert show [-t unixtime] file ...";

static unsigned days = CERTMAKE_DAYS_DEFAULT;
static gid_t gid = (gid_t)-1;
static int64_t now_s;
static struct buf out;

static void
reject(const char *path, const char *fault)
{
	die(strcmp(fault, "out of memory") == 0 ? EXIT_TEMP : EXIT_PERM,
	    "%s: %s", path, fault);
}

/* secret: it has a key, which is no business of others */
static void
read_file(const char *path, int secret, struct buf *text)
{
	int passes;
	const char *fault =
	    certfile_read(AT_FDCWD, path, secret, text, &passes);

	if (fault != NULL)
		die(passes || strncmp(fault, "unable", 6) == 0 ? EXIT_TEMP
							       : EXIT_PERM,
		    "%s: %s", path, fault);
}

static void
warn_of(const char *path, const struct certificate *c)
{
	char day[DAY_TEXT];

	if (certificate_until(c) < now_s)
		warn("%s: expired on %s", path,
		    day_text(certificate_until(c), day));
	else if (certificate_until(c) - now_s <= ENDS_DAYS * 86400)
		warn("%s: expires on %s", path,
		    day_text(certificate_until(c), day));
	if (certificate_from(c) > now_s)
		warn("%s: valid from %s: is the clock right?", path,
		    day_text(certificate_from(c), day));
	if (certificate_lone(c))
		warn("%s: its issuer is not in it: others may not be able to "
		     "check it",
		    path);
}

/* of an instance it is in one of its folders */
static void
log_act(const char *act, const char *path)
{
	char folder[PATH_MAX], instance[PATH_MAX];

	act_above(folder, path);
	act_above(instance, folder);
	act_say(instance, act, path);
}

/* self */

/* certificates for addresses are not asked for by a name */
static void
check_names(char **name, int n)
{
	int i;

	if (n > CERTIFICATE_NAMES_MAX)
		die(EXIT_PERM, "more than %d names", CERTIFICATE_NAMES_MAX);
	for (i = 0; i < n; i++) {
		if (!certificate_name_ok(name[i], strlen(name[i])))
			die(EXIT_PERM, "not a host name: %s", name[i]);
		ascii_lower_copy(name[i], name[i], strlen(name[i]));
	}
}

static void
self(const char *path, char **name, int n)
{
	struct buf pem = { 0 };

	check_names(name, n);
	/* what root does there is done as the folder's owner */
	if (folder_settle_of(path) == -1)
		die(EXIT_TEMP, "unable to write %s: %m", path);
	if (certmake(&pem, (const char *const *)name, (size_t)n, now_s, days) ==
	    -1)
		die(EXIT_TEMP,
		    "unable to make a key: no memory or no "
		    "randomness");
	log_act("cert-make", path);
	if (keyfile_make(path, &pem, KEY_MODE, (gid_t)-1) == -1) {
		if (errno == EEXIST)
			die(EXIT_PERM, "%s: it is there already", path);
		die(EXIT_TEMP, "unable to write %s: %m", path);
	}
	act_done();
	buf_wipe(&pem);
}

/* install */

/* into pem what is in both, put into order */
static void
join(struct buf *pem, const char *cert_path, const char *key_path)
{
	struct buf cert = { 0 }, key = { 0 };
	struct certificate *c;
	struct certkey *k;
	const char *fault;

	read_file(cert_path, strcmp(cert_path, key_path) == 0, &cert);
	read_file(key_path, 1, &key);
	k = certkey_parse(buf_data(&key), buf_len(&key), &fault);
	if (k == NULL)
		reject(key_path, fault);
	c = certificate_parse(buf_data(&cert), buf_len(&cert), k, &fault);
	if (c == NULL)
		reject(cert_path, fault);
	warn_of(cert_path, c);
	needs(buf_reserve(pem, CERTKEY_TEXT_MAX));
	needs(certificate_pem(pem, c));
	needs(certkey_pem(pem, k));
	certificate_free(c);
	certkey_free(k);
	buf_wipe(&cert);
	buf_wipe(&key);
}

static void
install(const char *path, const char *cert_path, const char *key_path)
{
	struct buf pem = { 0 };
	struct stat st;
	int r;

	/* read with our own rights, since who has got them keeps them where
	 * nobody else may look; written with those of the folder's owner */
	join(&pem, cert_path, key_path);
	if (folder_settle_of(path) == -1)
		die(EXIT_TEMP, "unable to write %s: %m", path);
	log_act("cert-put", path);
	if (gid != (gid_t)-1 && stat(path, &st) == -1 && errno == ENOENT) {
		r = keyfile_make(path, &pem, GROUP_KEY_MODE, gid);
		if (r == -1 && errno == EEXIST)
			r = keyfile_replace(path, &pem);
	} else {
		r = keyfile_replace(path, &pem);
	}
	if (r == -1)
		die(EXIT_TEMP, "unable to write %s: %m", path);
	act_done();
	buf_wipe(&pem);
}

/* show */

static void
put_hex(const unsigned char *p, size_t n)
{
	char t[2];
	size_t i;

	needs(buf_putc(&out, '\t'));
	for (i = 0; i < n; i++) {
		ascii_hex(t, p[i]);
		needs(buf_put(&out, t, 2));
	}
}

static struct certificate *
read_there(const char *path)
{
	struct buf text = { 0 };
	const char *name, *fault;
	struct certificate *c;
	int folder = folder_open_of(path, &name);

	if (folder == -1 || folder_enter(folder) == -1)
		die(EXIT_TEMP, "unable to open the folder of %s: %m", path);
	read_file(path, 0, &text);
	folder_leave();
	close(folder);
	c = certificate_parse(buf_data(&text), buf_len(&text), NULL, &fault);
	if (c == NULL)
		reject(path, fault);
	buf_wipe(&text);
	return c;
}

static void
show(const char *path)
{
	struct certificate *c = read_there(path);
	unsigned char whole[CERTKEY_HASH_BYTES], key[CERTKEY_HASH_BYTES];
	char from[DAY_TEXT], until[DAY_TEXT];
	struct buf names = { 0 };

	needs(certificate_names(c, &names) < 0 ? -1 : 0);
	needs(certificate_hash(c, whole, key));
	needs(buf_printf(&out, "%s\t%s\t%.*s\t%s\t%s", path,
	    certkey_word[certificate_kind(c)], (int)buf_len(&names),
	    buf_len(&names) > 0 ? buf_data(&names) : "",
	    day_text(certificate_from(c), from),
	    day_text(certificate_until(c), until)));
	put_hex(whole, sizeof whole);
	put_hex(key, sizeof key);
	needs(buf_putc(&out, '\n'));
	out_flush_plain(&out);
	warn_of(path, c);
	certificate_free(c);
	buf_free(&names);
}

static void
options(int argc, char **argv, const char *taken)
{
	int c;

	while ((c = getopt(argc, argv, taken)) != -1) {
		if (c == 'd')
			days =
			    (unsigned)opt_num(c, optarg, 1, CERTMAKE_DAYS_MAX);
		else if (c == 'g')
			gid = (gid_t)opt_num(c, optarg, 0, UINT32_MAX - 1);
		else if (c == 't')
			now_s = opt_time(c, optarg, 1, INT64_MAX / 2);
		else
			die_usage(usage);
	}
}

int
main(int argc, char **argv)
{
	const char *verb;
	int i;

	prog_init(argv);
	verb = argc > 1 ? argv[1] : "";
	now_s = clock_wall_s();
	options(argc - (argc > 1), argv + (argc > 1),
	    strcmp(verb, "self") == 0          ? "+d:t:"
		: strcmp(verb, "install") == 0 ? "+g:t:"
		: strcmp(verb, "show") == 0    ? "+t:"
					       : "+");
	argc -= optind + 1;
	argv += optind + 1;
	if (strcmp(verb, "self") == 0 && argc >= 2)
		self(argv[0], argv + 1, argc - 1);
	else if (strcmp(verb, "install") == 0 && argc == 3)
		install(argv[0], argv[1], argv[2]);
	else if (strcmp(verb, "show") == 0 && argc >= 1)
		for (i = 0; i < argc; i++)
			show(argv[i]);
	else
		die_usage(usage);
	return EXIT_OK;
}

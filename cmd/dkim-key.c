/* dkim-key - make DKIM keys, their records, and the change to new ones */
#include "act/act.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/num.h"
#include "base/opt.h"
#include "base/out.h"
#include "conf/word.h"
#include "dns/dnsopt.h"
#include "dns/dnsrun.h"
#include "sign/keycache.h"
#include "sign/keycheck.h"
#include "sign/keyrotate.h"
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	BITS_DEFAULT = 2048,
	AGE_DEFAULT = 180,
	OVERLAP_DEFAULT = 7,
	DAYS_MAX = 3650
};

static const char usage[] =
    "dkim-key generate [-a algorithm] [-b bits] [-g group] keydir domain "
    "selector "
    "dkim-key record file... | keydir domain selector "
    "dkim-key check [-r addr@port] [-w seconds] keydir domain selector... "
    "dkim-key rotate [-a algorithm] [-b bits] [-g group] [-i days] [-n days] "
    "[-r addr@port] [-t unixtime] [-w seconds] confdir keydir domain";

static struct buf out;
static struct resolve dns = { .deadline_ms = DNSRUN_QUESTION_MS };
static struct keyrotate rotate = { .dns = &dns,
	.bits = BITS_DEFAULT,
	.gid = (gid_t)-1,
	.wait_ms = DNSRUN_DEADLINE_MS,
	.age_s = AGE_DEFAULT * 86400ul,
	.overlap_s = OVERLAP_DEFAULT * 86400ul };

static void
set_group(const char *s)
{
	struct group *g = getgrnam(s);
	uint64_t u;

	if (g != NULL)
		rotate.gid = g->gr_gid;
	else if (num_scans(s, 0, UINT32_MAX - 1, &u) == 0)
		rotate.gid = (gid_t)u;
	else
		die(EXIT_PERM, "there is no group %s", s);
}

/* the options of a verb: which of them it takes */
static void
options(int argc, char **argv, const char *taken)
{
	int c;

	while ((c = getopt(argc, argv, taken)) != -1) {
		if (c == 'b')
			rotate.bits = (unsigned)opt_num(c, optarg,
			    PRIVKEY_RSA_BITS_MIN, PRIVKEY_RSA_BITS_MAX);
		else if (c == 'g')
			set_group(optarg);
		else if (c == 'i')
			rotate.age_s = opt_num(c, optarg, 0, DAYS_MAX) * 86400;
		else if (c == 'n')
			rotate.overlap_s =
			    opt_num(c, optarg, 0, DAYS_MAX) * 86400;
		else if (c == 't')
			rotate.now = opt_time(c, optarg, 1, INT64_MAX / 2);
		else if (c == 'a'
			? signing_algorithm(optarg, strlen(optarg),
			      &rotate.algorithm) == -1
			: !dnsopt_take(c, optarg, &dns, NULL, &rotate.wait_ms))
			die_usage(usage);
	}
}

/* names that become files and records */
static void
check_name(const char *s)
{
	if (!word_domain(s, strlen(s)) || !signing_key(s, strlen(s)))
		die(EXIT_PERM, "%s is no name", s);
}

/* what root does there is done as the folder's owner */
static void
settle(const char *keydir)
{
	if (folder_settle(keydir) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", keydir);
}

static struct privkey *
read_key(const char *path)
{
	const char *why;
	int temporary;
	struct privkey *k = keycache_read(AT_FDCWD, path, &why, &temporary);

	if (k == NULL)
		die(temporary ? EXIT_TEMP : EXIT_PERM, "%s: %s", path, why);
	return k;
}

static void
put_record(const struct privkey *k, const char *selector, const char *domain)
{
	struct buf text = { 0 };

	needs(keycheck_record(&text, k));
	needs(dkimrecord_zone(&out, selector, domain, buf_data(&text),
	    buf_len(&text)));
	buf_free(&text);
}

static const char *
key_path(const char *keydir, const char *domain, const char *selector)
{
	static char path[4096];

	check_name(domain);
	check_name(selector);
	if (snprintf(path, sizeof path, "%s/%s/%s.pem", keydir, domain,
		selector) >= (int)sizeof path)
		die(EXIT_PERM, "name too long: %s", keydir);
	return path;
}

static void
generate(char **arg)
{
	struct privkey *k;

	check_name(arg[1]);
	check_name(arg[2]);
	settle(arg[0]);
	keyrotate_log("key-make", arg[0], arg[1], arg[2]);
	k = keyrotate_make(arg[0], arg[1], arg[2],
	    rotate.algorithm == SIGNING_RSA_SHA256 ? PRIVKEY_RSA
						   : PRIVKEY_ED25519,
	    rotate.bits, rotate.gid);
	act_done();
	put_record(k, arg[2], arg[1]);
	privkey_free(k);
}

static struct privkey *
read_there(const char *path)
{
	const char *name;
	int folder = folder_open_of(path, &name);
	struct privkey *k;

	if (folder == -1 || folder_enter(folder) == -1)
		die(EXIT_TEMP, "unable to open the folder of %s: %m", path);
	k = read_key(path);
	folder_leave();
	close(folder);
	return k;
}

/* .../DOMAIN/SELECTOR.pem says its names itself */
static void
record_file(const char *path)
{
	char *copy = need(strdup(path)), *base, *domain = NULL, *dot;

	base = strrchr(copy, '/');
	if (base != NULL) {
		*base++ = '\0';
		domain = strrchr(copy, '/');
		domain = domain == NULL ? copy : domain + 1;
		if (strchr(domain, '.') == NULL ||
		    !word_domain(domain, strlen(domain)))
			domain = NULL;
	} else {
		base = copy;
	}
	dot = strrchr(base, '.');
	if (dot != NULL)
		*dot = '\0';
	check_name(base);
	put_record(read_there(path), base, domain);
}

static void
record(int n, char **arg)
{
	struct stat st;
	int i;

	if (n == 3 && stat(arg[0], &st) == 0 && S_ISDIR(st.st_mode)) {
		settle(arg[0]);
		put_record(read_key(key_path(arg[0], arg[1], arg[2])), arg[2],
		    arg[1]);
		return;
	}
	for (i = 0; i < n; i++)
		record_file(arg[i]);
}

static void
check(int n, char **arg)
{
	enum dkimrecord_verdict v;
	const char *why;
	int i;

	settle(arg[0]);
	for (i = 2; i < n; i++) {
		v = keycheck(&dns, arg[1], arg[i],
		    read_key(key_path(arg[0], arg[1], arg[i])), rotate.wait_ms,
		    &why);
		needs(buf_printf(&out, "%s\td=%s\ts=%s\t%s\n",
		    dkimrecord_word(v), arg[1], arg[i], why));
	}
}

int
main(int argc, char **argv)
{
	const char *verb;

	prog_init(argv);
	verb = argc > 1 ? argv[1] : "";
	rotate.now = clock_wall_s();
	argc--;
	argv++;
	if (strcmp(verb, "generate") == 0)
		options(argc, argv, "+a:b:g:");
	else if (strcmp(verb, "record") == 0)
		options(argc, argv, "+");
	else if (strcmp(verb, "check") == 0)
		options(argc, argv, "+r:w:");
	else if (strcmp(verb, "rotate") == 0)
		options(argc, argv, "+a:b:g:i:n:r:t:w:");
	else
		die_usage(usage);
	argc -= optind;
	argv += optind;
	if (*verb == 'r' && verb[1] == 'e' ? argc < 1
		: *verb == 'c'             ? argc < 3
					   : argc != 3)
		die_usage(usage);
	if (*verb == 'g') {
		generate(argv);
	} else if (strcmp(verb, "record") == 0) {
		record(argc, argv);
	} else if (*verb == 'c') {
		check(argc, argv);
	} else {
		check_name(argv[2]);
		rotate.confdir = argv[0];
		rotate.keydir = argv[1];
		rotate.domain = argv[2];
		keyrotate(&rotate, &out);
	}
	out_flush_plain(&out);
	return EXIT_OK;
}

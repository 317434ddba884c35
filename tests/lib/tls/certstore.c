/* certificates and keys as files come and go: the clock is ours */
#include "tls/certstore.h"
#include "base/cdbwrite.h"
#include "base/clock.h"
#include "crypt/certificate.h"
#include "format/netstring.h"
#include "pkidir.h"
#include "samepace.h"
#include "says.h"
#include "tap.h"
#include "tls/keywire.h"
#include "tls/tlsconf.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

static int64_t mono_ms = 1000, ahead_s;

int64_t
clock_mono_ms(void)
{
	return mono_ms;
}

int64_t
clock_mono_us(void)
{
	return mono_ms * 1000;
}

int64_t
clock_wall_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (t.tv_sec + ahead_s) * INT64_C(1000000) + t.tv_nsec / 1000;
}

int64_t
clock_wall_s(void)
{
	return clock_wall_us() / 1000000;
}

/* the folder: certificates made, and what the table names of them */

static void
put(const char *name, const char *text, size_t n, mode_t mode)
{
	char temp[64];
	int fd;

	snprintf(temp, sizeof temp, "%s.new", name);
	fd = open(pkidir_path(temp), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	fd_write_all(fd, text, n);
	fchmod(fd, mode);
	close(fd);
	rename(pkidir_path(temp), pkidir_path(name));
}

static void
copy(const char *from, const char *to)
{
	size_t n;
	char *text = pkidir_text(from, &n);

	put(to, text, n, 0600);
	free(text);
}

static int
sink_add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	return cdbwrite_add(arg, key, kn, data, dn);
}

static void
sink_wrong(void *arg, const char *reason)
{
	(void)arg;
	ok(0, reason);
}

static void
table(const char *name, const char *text)
{
	struct cdbwrite c = { 0 };
	struct conffile_sink sink = { sink_add, sink_wrong, &c };
	unsigned lineno;

	conffile_read(&conffile_tls, text, strlen(text), &lineno, &sink);
	cdbwrite_finish(&c);
	put(name, buf_data(&c.out), buf_len(&c.out), 0600);
	cdbwrite_free(&c);
}

/* what there is */

static int
check(void)
{
	mono_ms += CERTSTORE_CHECK_MS;
	return certstore_check();
}

/* "FILE NAMES KIND;" of each */
static const char *
list(void)
{
	static char text[4096];
	const struct buf *b = certstore_list();
	struct identity_set *set;
	const struct identity *id;
	uint64_t generation;
	size_t i, n = 0;

	text[0] = '\0';
	if (keywire_identities(buf_data(b), buf_len(b), &set, &generation) !=
		NULL ||
	    generation != certstore_generation())
		return "bad list";
	for (i = 0; i < identity_count(set) && n < 3000; i++) {
		id = identity_at(set, i);
		n +=
		    (size_t)snprintf(text + n, sizeof text - n, "%s %s%s %s%s;",
			id->file, id->n_names > 0 ? id->names[0] : "-",
			id->n_names > 1 ? "+" : "",
			id->kind == IDENTITY_RSA ? "rsa"
			    : id->curve == 23    ? "256"
						 : "384",
			id->self ? " self" : "");
	}
	identity_set_drop(set);
	return text;
}

/* the key of a file: its id */
static void
id_of(const char *file, unsigned char id[CERTKEY_HASH_BYTES])
{
	unsigned char whole[CERTKEY_HASH_BYTES];
	size_t n;
	char *text = pkidir_text(file, &n);
	const char *fault;
	struct certificate *c = certificate_parse(text, n, NULL, &fault);

	certificate_hash(c, whole, id);
	certificate_free(c);
	free(text);
}

static int
signs(const char *file)
{
	unsigned char id[CERTKEY_HASH_BYTES], digest[32] = { 0 },
					      sig[CERTKEY_SIG_BYTES];
	struct certkey *k;

	id_of(file, id);
	k = certstore_key(id);
	return k != NULL && certkey_sign(k, 256, digest, 32, sig) > 0;
}

static void
tell(const void *ends)
{
	certstore_tell(ends != NULL);
}

/* what certstore_tell() says, and it has said it then */
static const char *
told(int ends)
{
	int status, null = open("/dev/null", O_WRONLY), saved = dup(2);
	const char *text = says(tell, ends ? "" : NULL, &status);

	dup2(null, 2);
	certstore_tell(ends);
	dup2(saved, 2);
	close(saved);
	close(null);
	return text;
}

static void
begin(void)
{
	is_num(certstore_open(pkidir, "/no/such/folder", "tls"), -1,
	    "no folder");
	is_num(certstore_open(pkidir, pkidir, "tls"), 0, "opened");
	is_num((long long)certstore_generation(), 0, "not yet looked");
	is_num(certstore_check(), 1, "the first look is news");
	ok(certstore_generation() != 0, "even without a table");
	is_str(list(), "", "and has none");
	ok(strstr(told(0), "unable to read ") != NULL, "which is said");
	is_str(told(0), "", "once");
	table("tls.cdb", "a.pem\nb.pem key=b.key name=x.example,*.y.example\n");
	is_num(certstore_check(), 0, "not looked at so soon");
	is_num(check(), 1, "but then");
	is_str(list(), "a.pem a.example+ 256 self;b.pem x.example+ rsa self;",
	    "all is there");
	is_str(told(1), "", "and good");
	is_num(check(), 0, "nothing new");
	ok(signs("a.crt") && signs("b.crt"), "both sign");
	ok(!signs("other.crt"), "another does not");
}

static void
renewal(void)
{
	uint64_t was = certstore_generation();

	copy("a2.pem", "a.pem");
	is_num(check(), 1, "a new file is news");
	ok(certstore_generation() != was, "and another generation");
	ok(signs("a.crt") && signs("a2.crt"), "old and new key sign");
	mono_ms += (CERTSTORE_OLD_S - 1) * 1000;
	certstore_check();
	ok(signs("a.crt"), "the old one for a while");
	mono_ms += 1000;
	certstore_check();
	ok(!signs("a.crt"), "and no longer");
	ok(signs("a2.crt"), "the new one goes on");
	/* the same key, another certificate */
	was = certstore_generation();
	copy("a2again.pem", "a.pem");
	is_num(check(), 1, "renewed with its old key");
	ok(certstore_generation() != was && signs("a2.crt"), "signs on");
}

/* text: of the file from, its first n bytes; NULL: nothing new */
static void
fault(const char *file, const char *text, size_t n, mode_t mode,
    const char *want, const char *name)
{
	char line[300];
	uint64_t was = certstore_generation();

	put(file, text, n, mode);
	check();
	ok(certstore_generation() == was, name);
	snprintf(line, sizeof line,
	    "%s: warning: %s: %s; the one from before stays\n", "(unknown)",
	    file, want);
	ok(strstr(told(0), strchr(line, ' ') + 1) != NULL, want);
	is_str(told(0), "", "said once");
	check();
	is_str(told(0), "", "although it is looked at again");
}

static void
faults(void)
{
	size_t n, other;
	char *good = pkidir_text("a2.pem", &n), *text;

	fault("a.pem", good, n / 2, 0600, "cut short", "half written");
	fault("a.pem", "", 0, 0600, "no private key in PEM", "empty");
	fault("a.pem", good, n, 0644,
	    "may be read or written by others: chmod it to 0600 or 0640",
	    "a key for all");
	text = pkidir_text("b.crt", &other);
	fault("a.pem", text, other, 0600, "no private key in PEM", "no key");
	fault("b.pem", good, n, 0600, "key does not belong to the certificate",
	    "another's certificate");
	ok(signs("b.crt"), "what was there signs on");
	free(text);
	text = pkidir_text("noname.pem", &other);
	fault("a.pem", text, other, 0600, "no name in it", "without a name");
	free(text);
	put("a.pem", good, n, 0640);
	is_num(check(), 1, "its group may read it");
	is_str(told(0), "", "and all is well");
	unlink(pkidir_path("a.pem"));
	check();
	ok(strstr(told(0),
	       "a.pem: unable to read: No such file or directory; the one "
	       "from before stays\n") != NULL,
	    "gone: it stays");
	mkdir(pkidir_path("a.pem"), 0700);
	check();
	ok(strstr(told(0), "not a regular file") != NULL, "a folder");
	rmdir(pkidir_path("a.pem"));
	mkfifo(pkidir_path("a.pem"), 0600);
	check();
	ok(strstr(told(0), "not a regular file") != NULL, "a FIFO");
	unlink(pkidir_path("a.pem"));
	put("a.pem", good, n, 0600);
	check();
	free(good);
}

/* the key first, the certificate later: at no moment is there none */
static void
two_files(void)
{
	uint64_t was = certstore_generation();

	copy("b2.key", "b.key");
	is_num(check(), 0, "a new key alone is no news");
	ok(strstr(told(0), "key does not belong to the certificate") != NULL,
	    "but is said");
	ok(signs("b.crt"), "the old one signs");
	copy("b2.crt", "b.pem");
	is_num(check(), 1, "with its certificate it is");
	ok(certstore_generation() != was && signs("b2.crt") && signs("b.crt"),
	    "both sign now");
	is_str(told(0), "", "nothing more is said");
}

static void
tables(void)
{
	uint64_t was = certstore_generation();

	table("tls.cdb", "b.pem key=b.key\na.pem\n");
	is_num(check(), 1, "another order is another generation");
	is_str(list(), "b.pem b.example 256 self;a.pem a.example+ 256 self;",
	    "and other names");
	put("tls.cdb", "no cdb", 6, 0600);
	is_num(check(), 0, "a damaged table changes nothing");
	ok(strstr(told(0), "tls.cdb: it is damaged\n") != NULL, "is said");
	unlink(pkidir_path("tls.cdb"));
	is_num(check(), 0, "nor does one that is gone");
	ok(strstr(told(0), "tls.cdb: No such file") != NULL, "is said");
	table("tls.cdb", "a.pem\nnone.pem\nc.pem\n");
	is_num(check(), 1, "a new one");
	is_str(list(), "a.pem a.example+ 256 self;c.pem c.example 384 self;",
	    "those that are good are used");
	ok(strstr(told(0),
	       "none.pem: unable to read: No such file or directory"
	       "; not used\n") != NULL,
	    "the other is named");
	ok(signs("b2.crt"), "one that is out of it signs for a while");
	ok(certstore_generation() != was, "another generation");
	table("tls.cdb", "b.pem key=b.key name=x.example,*.y.example\na.pem\n");
	check();
}

static void
agree(void)
{
	uint64_t was = certstore_generation();

	certstore_close();
	certstore_open(pkidir, pkidir, "tls");
	check();
	ok(certstore_generation() == was, "another process has the same");
	certstore_close();
	table("tls-client.cdb", "noname.pem\n");
	certstore_open(pkidir, pkidir, "tls-client");
	check();
	is_str(list(), "noname.pem - 256 self;", "a client needs no name");
	certstore_close();
	certstore_open(pkidir, pkidir, "tls");
	check();
}

static void
ends(void)
{
	const char *text;

	table("tls.cdb", "a.pem\nsoon.pem\nlate.pem\nover.pem\n");
	check();
	told(0);
	text = told(1);
	ok(strstr(text, "soon.pem: expires on ") != NULL, "one that ends");
	ok(strstr(text, "over.pem: expired on ") != NULL, "one that has ended");
	ok(strstr(text, "late.pem: valid from ") != NULL &&
		strstr(text, ": is the clock right?\n") != NULL,
	    "one that is not yet valid");
	ok(strstr(text, "a.pem") == NULL, "and not the one that is good");
	is_str(told(1), "", "once");
	ahead_s = 86401;
	ok(strstr(told(1), "soon.pem: expires on ") != NULL, "once a day");
	ahead_s = 0;
}

/* n lines of one file */
static void
many(unsigned n)
{
	struct cdbwrite c = { 0 };
	char key[16];
	unsigned i;

	for (i = 1; i <= n; i++) {
		snprintf(key, sizeof key, "%04u", i);
		cdbwrite_add(&c, key, 4, "a.pem\0a.pem\0", 13);
	}
	cdbwrite_finish(&c);
	put("tls.cdb", buf_data(&c.out), buf_len(&c.out), 0600);
	cdbwrite_free(&c);
}

static size_t
listed(void)
{
	const struct buf *b = certstore_list();
	struct identity_set *set;
	uint64_t generation;
	size_t n = 0;

	if (buf_len(b) <= KEYWIRE_LIST_MAX &&
	    keywire_identities(buf_data(b), buf_len(b), &set, &generation) ==
		NULL) {
		n = identity_count(set);
		identity_set_drop(set);
	}
	return n;
}

static void
limits(void)
{
	size_t n;

	ahead_s = 5; /* no file is fresh: each is read once */
	many(IDENTITY_MAX);
	check();
	is_num((long long)listed(), IDENTITY_MAX, "as many as may be");
	is_str(told(0), "", "without a word");
	many(IDENTITY_MAX + 1);
	check();
	is_num((long long)listed(), IDENTITY_MAX, "one above");
	ok(strstr(told(0),
	       "more than 1000 certificates; the rest is not used\n") != NULL,
	    "is said");
	copy("fat.pem", "a.pem");
	many(400);
	check();
	n = listed();
	ok(n < 400 && (n + 1) * 16700 > KEYWIRE_LIST_MAX,
	    "as many bytes as may be");
	ok(strstr(told(0),
	       "the certificates have more than 4 MiB; the rest "
	       "is not used\n") != NULL,
	    "is said");
}

/* keys that are replaced faster than they are forgotten: never too many */
static void
churn(void)
{
	unsigned i;

	ahead_s = 0;
	table("tls.cdb", "a.pem\n");
	for (i = 0; i < CERTSTORE_OLD_MAX + 10; i++) {
		copy(i % 2 == 0 ? "a2.pem" : "c.pem", "a.pem");
		check();
		if (i % 100 == 0)
			mono_ms -= CERTSTORE_CHECK_MS * 100;
	}
	ok(signs("a2.crt") && signs("c.crt"), "renewed without a pause");
}

int
main(void)
{
	pkidir_make("a names=a.example,*.a.example\n"
		    "a2 names=a.example,*.a.example\n"
		    "a2again key==a2 names=a.example,*.a.example\n"
		    "b key=rsa2048\n"
		    "b2 names=b.example\n"
		    "c key=ec384 names=c.example\n"
		    "other\n"
		    "noname cn=\n"
		    "soon names=s.example until=13d\n"
		    "over names=o.example until=-1m\n"
		    "late names=l.example from=2h\n"
		    "fat names=f.example size=16384\n");
	copy("b.crt", "b.pem");
	begin();
	renewal();
	faults();
	two_files();
	tables();
	agree();
	ends();
	limits();
	churn();
	certstore_close();
	pkidir_remove();
	return done();
}

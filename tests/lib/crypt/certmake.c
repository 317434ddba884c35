/* a certificate that signs itself: what is in it, and that it is good */
#include "crypt/certmake.h"
#include "crypt/certificate.h"
#include "pkidir.h"
#include "tap.h"
#include <fcntl.h>

enum { NOW = 1800000000 };

/* what openssl(1) prints of pkidir/own.pem */
static const char *
openssl(const char *how)
{
	static char out[65536];
	char line[512];
	FILE *f;
	size_t n;

	snprintf(line, sizeof line, "cd %s && openssl %s own.pem <own.pem 2>&1",
	    pkidir, how);
	f = popen(line, "r");
	n = f == NULL ? 0 : fread(out, 1, sizeof out - 1, f);
	out[n] = '\0';
	if (f != NULL)
		pclose(f);
	return out;
}

static void
save(const struct buf *b)
{
	int fd =
	    open(pkidir_path("own.pem"), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	fd_write_all(fd, buf_data(b), buf_len(b));
	close(fd);
}

static void
look(const struct buf *pem)
{
	static const char *const want[] = { "CN = mail.example.org",
		"DNS:mail.example.org, DNS:*.example.org", "CA:FALSE",
		"X509v3 Key Usage: critical", "Digital Signature",
		"TLS Web Server Authentication, TLS Web Client Authentication",
		"Not Before: Jan 15 07:00:00 2027 GMT",
		"Not After : Jan 25 08:00:00 2027 GMT", "Version: 3",
		"ecdsa-with-SHA256", "NIST CURVE: P-256" };
	const char *text;
	size_t i;

	save(pem);
	text = openssl("x509 -noout -text -in");
	for (i = 0; i < sizeof want / sizeof *want; i++)
		ok(strstr(text, want[i]) != NULL, want[i]);
	text = openssl("verify -attime 1800000000 -x509_strict -CAfile");
	ok(strstr(text, "OK") != NULL, "and openssl finds no fault");
}

static struct certificate *
parse(const struct buf *pem)
{
	const char *fault = "";
	struct certkey *k = certkey_parse(buf_data(pem), buf_len(pem), &fault);
	struct certificate *c =
	    certificate_parse(buf_data(pem), buf_len(pem), k, &fault);

	certkey_free(k);
	return c;
}

int
main(void)
{
	static const char *const two[] = { "mail.example.org",
		"*.example.org" };
	char name[CERTMAKE_COMMON_MAX + 2];
	const char *one[] = { name };
	struct buf pem = { 0 }, other = { 0 }, names = { 0 };
	struct certificate *c;

	pkidir_make("");
	is_num(certmake(&pem, two, 2, NOW, 10), 0, "made");
	c = parse(&pem);
	ok(c != NULL, "key and certificate belong together");
	ok(certificate_self(c), "it signed itself");
	is_num(certificate_from(c), NOW - CERTMAKE_EARLY_S, "valid from");
	is_num(certificate_until(c), NOW + 10 * 86400, "until");
	is_num(certificate_names(c, &names), 2, "its names");
	certificate_free(c);
	look(&pem);
	certmake(&other, two, 2, NOW, CERTMAKE_DAYS_MAX);
	ok(buf_len(&other) > 0 &&
		memcmp(buf_data(&pem), buf_data(&other), 200) != 0,
	    "another is another");
	c = parse(&other);
	is_num(certificate_until(c), NOW + CERTMAKE_DAYS_MAX * 86400LL,
	    "as long as may be");
	certificate_free(c);
	memset(name, 'a', sizeof name);
	name[sizeof name - 1] = '\0';
	buf_wipe(&pem);
	is_num(certmake(&pem, one, 1, NOW, 1), 0, "a long name");
	save(&pem);
	ok(strstr(openssl("x509 -noout -subject -in"), "CN = mail\n") != NULL,
	    "does not become a subject");
	name[CERTMAKE_COMMON_MAX] = '\0';
	buf_wipe(&pem);
	certmake(&pem, one, 1, NOW, 1);
	save(&pem);
	ok(strstr(openssl("x509 -noout -subject -in"), "CN = aaaa") != NULL,
	    "one at the limit does");
	buf_wipe(&pem);
	buf_wipe(&other);
	buf_free(&names);
	pkidir_remove();
	return done();
}

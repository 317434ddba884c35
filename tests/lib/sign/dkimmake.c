#include "sign/dkimmake.h"
#include "dkimcheck.h"
#include "tap.h"
#include <stdlib.h>

static struct dkimmake_rule rule = { .domain = "example.org",
	.selector = "s1",
	.header = CANON_RELAXED,
	.body = CANON_RELAXED };
static struct buf field;
static unsigned char digest[DIGEST_LEN];

static enum dkimmake_fault
make(const char *header, const char *body)
{
	struct dkimmake d;
	enum dkimmake_fault f;

	dkimmake_init(&d, &rule, 1);
	dkimmake_body(&d, body, strlen(body));
	dkimmake_end(&d);
	f = dkimmake_field(&d, 0, header, strlen(header), 1000000000, &field,
	    digest);
	buf_putc(&field, '\0');
	field.end--;
	return f;
}

static void
reset(void)
{
	rule = (struct dkimmake_rule){ .domain = "example.org",
		.selector = "s1",
		.header = CANON_RELAXED,
		.body = CANON_RELAXED };
}

/* the field itself */

static void
fields(void)
{
	make("From: a@example.org\n", "");
	is_str(buf_data(&field),
	    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; "
	    "d=example.org; s=s1;\n"
	    " t=1000000000;\n"
	    " h=from:from:reply-to:to:cc:subject;\n"
	    " bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\n"
	    " b=",
	    "the least");
	rule.algorithm = SIGNING_ED25519_SHA256;
	rule.header = rule.body = CANON_SIMPLE;
	rule.expire_s = 604800;
	rule.identity = "@mail.example.org";
	make("FROM : a@example.org\nSubject: x\nTo: b\nto: c\n", "");
	is_str(buf_data(&field),
	    "DKIM-Signature: v=1; a=ed25519-sha256; c=simple/simple; "
	    "d=example.org; s=s1;\n"
	    " i=@mail.example.org; t=1000000000; x=1000604800;\n"
	    " h=from:from:reply-to:to:to:to:cc:subject:subject;\n"
	    " bh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=;\n"
	    " b=",
	    "all tags");
	rule.headers = "from:x-mine:subject";
	make("From: a\nX-Mine: 1\nX-Mine: 2\n", "");
	ok(strstr(buf_data(&field), "\n h=from:from:x-mine:x-mine:subject;") !=
		NULL,
	    "given names, the default for how often");
	rule.oversign = "x-mine:list-id";
	make("From: a\nX-Mine: 1\n", "");
	ok(strstr(buf_data(&field), "\n h=from:x-mine:x-mine:list-id;") != NULL,
	    "both given");
	rule.headers = NULL;
	make("From: a\nTo: b\nDate: x\n", "");
	ok(strstr(buf_data(&field), "\n h=from:to:date:list-id:x-mine;") !=
		NULL,
	    "the default names, given for how often");
	rule.headers = "from:to:to:from";
	rule.oversign = "to:x-mine:x-mine";
	make("From: a\nTo: b\n", "");
	ok(strstr(buf_data(&field), "\n h=from:to:to:x-mine;") != NULL,
	    "a name that is given twice names each field once");
	reset();
	make("From: a\nReceived: x\nReturn-Path: x\nDKIM-Signature: x\n"
	     "Bcc: x\nX-Y: z\nAuthentication-Results: x\nComments: x\n",
	    "");
	ok(strstr(buf_data(&field), "\n h=from:from:reply-to:to:cc:subject;") !=
		NULL,
	    "what is not signed");
	make("From: a\nDate: x\nMessage-ID: x\nContent-Type: t\n"
	     "List-Unsubscribe: x\nList-Unsubscribe-Post: x\n"
	     "MIME-Version: 1.0\nResent-From: x\n",
	    "");
	ok(strstr(buf_data(&field),
	       "\n h=from:from:reply-to:to:cc:subject:date:date:message-id:"
	       "message-id:\n mime-version:mime-version:content-type:"
	       "content-type:resent-from:\n list-unsubscribe:list-unsubscribe:"
	       "list-unsubscribe-post:\n list-unsubscribe-post;") != NULL,
	    "folded behind colons");
	make("From: a\n", "");
	ok(dkimmake_finish(&field, "YWJj", 4) == 0 &&
		strstr((buf_putc(&field, '\0'), buf_data(&field)),
		    ";\n b=YWJj\n"),
	    "a short signature");
}

static void
widths(void)
{
	char domain[254], sig[1400], *line, *lf, *save;
	size_t n, longest = 0;
	unsigned long folds = 0;

	memset(sig, 'A', sizeof sig);
	memset(domain, 'd', sizeof domain);
	for (n = 1; n < 254; n++) {
		domain[n] = '\0';
		rule.domain = rule.selector = domain;
		make("From: a\nTo: b\n", "");
		dkimmake_finish(&field, sig, n * 5);
		buf_putc(&field, '\0');
		save = strdup(buf_data(&field));
		for (line = save; *line != '\0'; line = lf + 1) {
			lf = strchr(line, '\n');
			*lf = '\0';
			folds++;
			/* what cannot be folded may be longer */
			if (strlen(line) > longest &&
			    strlen(line) > DKIMMAKE_WIDTH &&
			    strlen(line) > n + 4)
				longest = strlen(line);
		}
		free(save);
		domain[n] = 'd';
	}
	is_num(longest, 0, "no line is longer than it must be");
	ok(folds > 1000, "there are many lines");
	reset();
}

/* what is signed */

static const char *const headers[] = {
	"From: a@example.org\n",
	"From: a@example.org",
	"from:a\n",
	"From : a \n \t b\t\nTo:\n\t\n x\n",
	"Subject: 1\nFrom: a\nSubject: 2\nsubject:3\nTo: x\nSUBJECT :  4\n",
	"Received: x\nReceived: y\nFrom: \xc3\xa4 \xff <a@b>\nDate:\t x \t y\n",
	("From:\n a@b\nX: y\nContent-Type: text/plain;\n\tcharset=x;\n"
	 "    format=flowed\nMIME-Version: 1.0\n"),
	"From:\n",
	"From:a\nList-Unsubscribe: <x>\nList-Unsubscribe: <y>\nTo: b;c:d\n",
};

static void
digests(void)
{
	unsigned char want[DIGEST_LEN];
	size_t i;
	unsigned c;
	char name[64];

	for (i = 0; i < sizeof headers / sizeof headers[0]; i++)
		for (c = 0; c < 2; c++) {
			rule.header = c;
			make(headers[i], "x\n");
			snprintf(name, sizeof name, "header %d, %s", (int)i,
			    c ? "relaxed" : "simple");
			ok(dkimcheck_digest(headers[i], strlen(headers[i]),
			       buf_data(&field), buf_len(&field), want) == 0 &&
				memcmp(want, digest, DIGEST_LEN) == 0,
			    name);
		}
	reset();
}

static void
bodies(void)
{
	static const char *const text[] = { "", "\n", "\n\n\n", "a", "a\n",
		"a \n\n", " a\t b \n\n c\n \n \n", "\t\n", " ",
		"a\n\n\nb\n\n" };
	struct dkimmake whole, bytes;
	struct dkimmake_rule r[2] = { rule, rule };
	char name[64];
	size_t i;
	const char *p;

	r[1].body = CANON_SIMPLE;
	for (i = 0; i < sizeof text / sizeof text[0]; i++) {
		dkimmake_init(&whole, r, 2);
		dkimmake_body(&whole, text[i], strlen(text[i]));
		dkimmake_end(&whole);
		dkimmake_init(&bytes, r, 2);
		for (p = text[i]; *p != '\0'; p++)
			dkimmake_body(&bytes, p, 1);
		dkimmake_end(&bytes);
		snprintf(name, sizeof name, "body %d byte by byte", (int)i);
		ok(memcmp(whole.hash, bytes.hash, sizeof whole.hash) == 0,
		    name);
	}
}

/* what goes through at once and what goes byte by byte is the same, however
 * blanks and line ends lie */
static void
random_bodies(void)
{
	static const char letters[] =
	    "aaaaaaaaaaaaaaaaaaaaaaaaabc   \t\n\n\v\r";
	struct dkimmake whole, bytes;
	struct dkimmake_rule r[2] = { rule, rule };
	char text[400];
	uint32_t x = 1;
	int i, wrong = 0;
	size_t n, k;

	r[1].body = CANON_SIMPLE;
	for (i = 0; i < 20000; i++) {
		for (n = 0; n < (size_t)i % sizeof text; n++) {
			x = x * 1664525 + 1013904223;
			text[n] = letters[(x >> 16) % (sizeof letters - 1)];
		}
		dkimmake_init(&whole, r, 2);
		dkimmake_body(&whole, text, n);
		dkimmake_end(&whole);
		dkimmake_init(&bytes, r, 2);
		for (k = 0; k < n; k++)
			dkimmake_body(&bytes, text + k, 1);
		dkimmake_end(&bytes);
		wrong += memcmp(whole.hash, bytes.hash, sizeof whole.hash) != 0;
	}
	is_num(wrong, 0, "20,000 random bodies byte by byte");
}

static void
faults(void)
{
	struct buf b = { 0 };
	int i;

	is_num(make("", ""), DKIMMAKE_FROM, "no header");
	is_num(make("To: a\n", ""), DKIMMAKE_FROM, "no From");
	is_num(make("From: a\nFrom: b\n", ""), DKIMMAKE_FROM, "two");
	is_num(make("From: a\nfrom : b\n", ""), DKIMMAKE_FROM, "written so");
	is_num(make("From: a\ngarbage\nTo: b\n", ""), DKIMMAKE_GARBAGE,
	    "a line that is no field");
	is_num(make(">From x\nFrom: a\n", ""), DKIMMAKE_GARBAGE, "in front");
	is_num(make(" x\nFrom: a\n", ""), DKIMMAKE_GARBAGE,
	    "a continuation of nothing");
	is_num(make("From: a\n\nTo: b\n", ""), DKIMMAKE_GARBAGE,
	    "an empty line is not in the header");
	is_num(dkimmake_check("From: a\n", 8), DKIMMAKE_GOOD, "a good one");
	is_num(dkimmake_check("From: a\nx\n", 10), DKIMMAKE_GARBAGE, "a bad");
	/* reply-to cc subject to from from: 6, and each To */
	buf_puts(&b, "From: a\n");
	for (i = 0; i < DKIMMAKE_FIELDS_MAX - 6; i++)
		buf_puts(&b, "To: b\n");
	buf_putc(&b, '\0');
	is_num(make(buf_data(&b), ""), DKIMMAKE_GOOD, "as many as may be");
	b.end--;
	buf_puts(&b, "To: b\n");
	buf_putc(&b, '\0');
	is_num(make(buf_data(&b), ""), DKIMMAKE_MANY, "one more");
	for (i = 0; i < 100000; i++) {
		b.end--;
		buf_puts(&b, "X: b\n");
		buf_putc(&b, '\0');
	}
	is_num(dkimmake_check(buf_data(&b), buf_len(&b) - 1), DKIMMAKE_GOOD,
	    "many others do not matter");
	buf_free(&b);
	for (i = DKIMMAKE_GOOD; i <= DKIMMAKE_MANY; i++)
		ok(*dkimmake_text(i) != '\0', dkimmake_text(i));
}

int
main(void)
{
	fields();
	widths();
	digests();
	bodies();
	random_bodies();
	faults();
	return done();
}

/* a policy in its file: written, read again, and cut at every byte */
#include "sts/stskept.h"
#include "tap.h"
#include <stdlib.h>

#define POLICY \
	"version: STSv1\nmode: enforce\nmx: mx.example.net\nmax_age: 604800\n"

static const int64_t now = 1790000000;

static struct stsbook_domain
a_domain(void)
{
	struct stsbook_domain d = { .name = "example.net",
		.id = "20260101",
		.fetched_s = now,
		.expires_s = now + 604800,
		.used_s = now + 5 };

	d.policy = (char *)(uintptr_t)POLICY;
	d.policy_len = strlen(POLICY);
	return d;
}

static void
round_trip(void)
{
	struct stsbook_domain d = a_domain(), e;
	struct buf b = { 0 };
	int future;
	size_t n, taken = 0, head;

	stskept_put(&b, &d);
	ok(stskept_get(&e, "example.net", buf_data(&b), buf_len(&b), now + 9,
	       &future) == NULL,
	    "written and read");
	is_str(e.name, "example.net", "its name");
	is_str(e.id, "20260101", "its id");
	is_num(e.fetched_s, now, "when it was fetched");
	is_num(e.expires_s, now + 604800, "when it ends");
	is_num(e.used_s, now + 5, "when it was used");
	is_num(e.mode, STS_ENFORCE, "its mode");
	is_num(e.max_age_s, 604800, "how long it holds");
	is_num((long long)e.policy_len, (long long)strlen(POLICY),
	    "as it was fetched");
	is_num(future, 0, "in the past");
	is_str(stskept_get(&e, "other.net", buf_data(&b), buf_len(&b), now,
		   &future),
	    "of another domain", "another name");
	/* the last line end is no loss; nor is what stands behind a number */
	head = buf_len(&b) - strlen("800\n");
	for (n = 0; n < head; n++) {
		char *copy = malloc(n + 1);

		memcpy(copy, buf_data(&b), n);
		taken += stskept_get(&e, "example.net", copy, n, now,
			     &future) == NULL &&
		    n < head - 3;
		free(copy);
	}
	is_num((long long)taken, 0, "cut at each byte it is none");
	buf_free(&b);
}

static void
future(void)
{
	struct stsbook_domain d = a_domain(), e;
	struct buf b = { 0 };
	int ahead;

	stskept_put(&b, &d);
	stskept_get(&e, "example.net", buf_data(&b), buf_len(&b),
	    now - STSKEPT_AHEAD_S, &ahead);
	is_num(ahead, 0, "fetched in a day");
	is_num(e.expires_s, now + 604800, "is believed");
	stskept_get(&e, "example.net", buf_data(&b), buf_len(&b),
	    now - STSKEPT_AHEAD_S - 1, &ahead);
	is_num(ahead, 1, "later than that");
	is_num(e.expires_s, now - STSKEPT_AHEAD_S - 1, "it has ended");
	buf_free(&b);
}

static void
bad(const char *head, const char *why)
{
	struct stsbook_domain d;
	char text[3000];
	const char *got;
	int ahead;

	snprintf(text, sizeof text, "%s\n\n" POLICY, head);
	got = stskept_get(&d, "a.test", text, strlen(text), now, &ahead);
	is_str(got == NULL ? "good" : got, why, head);
}

static void
heads(void)
{
	char head[STSKEPT_HEAD_MAX + 100];
	int n;

	bad("domain:a.test\tid:1\tfetched:1\texpires:2\tused:0", "good");
	bad("domain:a.test\tid:1\tfetched:1\texpires:31557601\tused:0", "good");
	bad("domain:a.test\tid:1\tfetched:1\texpires:31557602\tused:0",
	    "bad times");
	bad("domain:a.test\tid:1\tfetched:2\texpires:1\tused:0", "bad times");
	bad("domain:a.test\tid:1\tfetched:x\texpires:1\tused:0", "bad times");
	bad("domain:a.test\tid:1\tfetched:1\texpires:1", "bad times");
	bad("domain:a.test\tid:\tfetched:1\texpires:1\tused:0", "bad id");
	bad("domain:a.test\tid:a-b\tfetched:1\texpires:1\tused:0", "bad id");
	bad("domain:a.test\tfetched:1\texpires:1\tused:0", "bad id");
	bad("domain:A.test\tid:1\tfetched:1\texpires:1\tused:0",
	    "of another domain");
	bad("id:1\tfetched:1\texpires:1\tused:0", "no first line");
	bad("hello", "no first line");
	n = snprintf(head, sizeof head,
	    "domain:a.test\tid:1\tfetched:1\texpires:2\tused:0\tmore:");
	memset(head + n, 'x', sizeof head - (size_t)n);
	head[STSKEPT_HEAD_MAX - 1] = '\0';
	bad(head, "good");
	head[STSKEPT_HEAD_MAX - 1] = 'x';
	head[STSKEPT_HEAD_MAX] = '\0';
	bad(head, "no first line");
}

int
main(void)
{
	round_trip();
	future();
	heads();
	return done();
}

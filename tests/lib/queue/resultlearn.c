/* what a result says of its site, and when its job is asked for again */
#include "queue/resultlearn.h"
#include "scheduletest.h"

enum { NOW = 5000 };
#define WALL INT64_C(1790000000000)
#define ID "id:k3p9b2m4q7r1s5t8v000\tn:0\t"

static struct schedule s;
static struct result res;
static uint32_t domain, rcpt;

static const struct schedule_site *
site(void)
{
	return &s.site[s.domain_site[domain]];
}

static int
learn(const char *text)
{
	char line[300];
	int n = snprintf(line, sizeof line, ID "%s\n", text);

	if (result_parse(line, n, &res) == -1)
		return -2;
	return resultlearn(&s, rcpt, &res, NOW, WALL);
}

static void
test_room(void)
{
	is_num(learn("status:later\tnext:1790000003\troom:7"), 0, "no site");
	is_num(s.domain_site[domain] == SCHEDULE_NONE ||
		site()->room == SCHEDULE_ROOM_NONE,
	    1, "nothing is held");
	learn("status:later\tsite:mx\tnext:1790000003\troom:7");
	is_num(site()->room, 7, "a room is kept");
	is_num(site()->until_ms, NOW + 3000, "until its time");
	is_num(resultlearn_later_ms(&res, WALL), WALL,
	    "the job is asked for as soon as there is room");
	learn("status:later\tsite:mx\tnext:1\troom:3");
	is_num(site()->until_ms, NOW + RESULTLEARN_LEAST_MS,
	    "a time that is over: for a moment");
	learn("status:later\tsite:mx\troom:9");
	is_num(site()->room, 3, "without a time it holds nothing");
}

static void
test_provider(void)
{
	learn("status:later\tsite:other\tnext:1790000001\tprovider-room:5");
	is_num(res.room, RESULT_ROOM_NONE,
	    "room of a provider that nobody knows is none");
	is_num(resultlearn_later_ms(&res, WALL), WALL + 1000,
	    "the job has its time");
	learn("status:later\tprovider:p\tsite:third\tnext:1790000001"
	      "\tprovider-room:5");
	is_num(res.room, 5, "that of one whose site it is is the site's");
}

/* the key that it waits for after such an answer; NULL: none */
static const char *
key_after(const char *text)
{
	static char name[100];
	const char *p;
	uint32_t k;
	size_t n;

	schedule_idle(&s, rcpt);
	learn(text);
	schedule_wait(&s, rcpt, NOW, NOW, 1);
	k = schedule_key_of(&s, rcpt);
	if (k == SCHEDULE_NONE)
		return NULL;
	p = schedule_site_name(&s, k, &n);
	snprintf(name, sizeof name, "%.*s%s", (int)n, p,
	    rcpt_key(&s, rcpt) == k ? " by itself" : "");
	return name;
}

#define LINE \
	"status:later\tsite:mx\tnext:1790000300\tline:via:p\tline-room:4" \
	"\tline-until:1790000002\tline-by:"

static void
test_key(void)
{
	static const struct {
		const char *text, *key;
	} c[] = {
		{ LINE "via", "key:via:p by itself" },
		{ LINE, "key:via:p" },
		{ LINE "site+domain+provider+tenant+tag:campaign",
		    "key:via:p" },
		{ LINE "tag:campaigns", "key:via:p by itself" },
		{ LINE "provider+user", "key:via:p by itself" },
		{ LINE "src+provider", "key:via:p by itself" },
	};
	unsigned i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		is_str(key_after(c[i].text), c[i].key, c[i].text);
		is_num(resultlearn_later_ms(&res, WALL), WALL,
		    "it is asked for as soon as there is room");
	}
	i = schedule_key_of(&s, rcpt);
	is_num(s.site[i].room, 0,
	    "who came back was the last there: it is full");
	is_num(s.site[i].until_ms, NOW + SCHEDULE_KEY_MS, "for a moment");
	is_str(key_after("status:later\tsite:mx\tnext:1790000300\tline:via:p"
			 "\tline-room:0\tline-until:1790000002\tline-by:via"),
	    "key:via:p by itself", "nothing may go");
	is_num(s.site[schedule_key_of(&s, rcpt)].until_ms, NOW + 2000,
	    "until then");
	ok(key_after("status:later\tsite:mx\tnext:1790000003") == NULL,
	    "an answer without a line: none");
	is_num(resultlearn_later_ms(&res, WALL), WALL + 3000, "and its time");
	key_after(LINE "via");
	ok(key_after("status:deferred\tsite:mx\tcode:421") == NULL,
	    "what went is out of it");
	ok(key_after("status:later\tsite:mx\tnext:1790000300\tline:via:p"
		     "\tline-until:1790000002") == NULL,
	    "a line without room is none");
	ok(key_after("status:later\tsite:mx\tnext:1790000300\tline:via:p"
		     "\tline-room:4") == NULL,
	    "nor without a time");
	ok(key_after("status:later\tsite:mx\tnext:1790000300\troom:3\tline:p"
		     "\tline-room:4\tline-until:1790000002") == NULL,
	    "nor where the site's room decides");
}

static void
test_later(void)
{
	learn("status:later");
	is_num(resultlearn_later_ms(&res, WALL), WALL + RESULTLEARN_LATER_MS,
	    "without a time");
	learn("status:later\tnext:1");
	is_num(resultlearn_later_ms(&res, WALL), WALL + RESULTLEARN_LEAST_MS,
	    "a time that is over");
	is_num(resultlearn_not_before(WALL + 11, WALL), WALL + 11,
	    "one to come stays");
}

int
main(void)
{
	uint32_t r;

	schedule_init(&s, 100);
	r = put(&s, 1, "t", 5, "a.example", 0, 0);
	rcpt = r;
	domain = s.rcpt[r].domain;
	test_room();
	test_provider();
	test_later();
	test_key();
	ok(sound(&s), "all adds up");
	schedule_free(&s);
	return done();
}

package demo

import "strings"

// project is one of the demo's tenants.
type project struct {
	name   string
	bucket string // its builds are put there
	table  string // its functions, a line each
}

// function is one line of the demo's table.
type function struct {
	project      project
	name         string
	family       string // folder below code
	trigger      string // http, queue or timer
	versions     int    // that succeed
	team         string
	noun, plural string   // what its records are
	fields       []string // that a record must have
	summary      string
	fork         string // the function of the same project whose version became the first one here; it stands above
}

func (f *function) path() string { return f.project.name + "/" + f.name }

// functions reads the table. A line is: name, family, trigger, versions, team, noun, plural, fields, summary, fork.
func functions() []function {
	var list []function
	for _, p := range projects() {
		for line := range strings.SplitSeq(strings.TrimSpace(p.table), "\n") {
			cell := strings.Split(line, "|")
			for i := range cell {
				cell[i] = strings.TrimSpace(cell[i])
			}
			f := function{
				project: p, name: cell[0], family: cell[1], trigger: cell[2], versions: number(cell[3]), team: cell[4],
				noun: cell[5], plural: cell[6], fields: strings.Split(cell[7], " "), summary: cell[8],
			}
			if len(cell) > 9 {
				f.fork = cell[9]
			}
			list = append(list, f)
		}
	}
	return list
}

// number reads a count of the table, which has nothing but digits there.
func number(digits string) (n int) {
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return n
}

func projects() []project {
	return []project{{"default", "ci-artifacts", `
order-intake|node|http|2000|checkout|order|orders|id email amount created_at|Takes orders from the shop and the partners and hands on the sound ones.
order-confirmation|node|queue|34|checkout|order|orders|id email amount|Writes the confirmation that a customer gets after an order.
stock-sync|python|timer|58|warehouse|article|articles|id amount created_at|Fetches stock from the three warehouses and reports what has changed.
address-check|go|http|27|checkout|address|addresses|id country|Checks delivery addresses before a label is printed.
parcel-label|python|queue|41|warehouse|parcel|parcels|id country created_at|Prepares labels for the carriers and leaves out parcels that are too old.
parcel-tracking|go|timer|22|warehouse|parcel|parcels|id created_at|Asks the carriers where our parcels are, every ten minutes.
returns-portal|node|http|29|checkout|return|returns|id email amount|Accepts returns and decides which ones a person must look at.
gift-cards|go|http|18|checkout|card|cards|id amount|Issues gift cards and tells what is left on them.
price-feed|python|timer|47|catalogue|price|prices|id amount country|Builds the price lists for the comparison sites every night.
search-index|node|queue|36|catalogue|article|articles|id created_at|Brings changed articles into the search index.
catalogue-import|python|queue|52|catalogue|article|articles|id amount|Imports the suppliers' catalogues and refuses broken lines.
review-filter|python|http|15|catalogue|review|reviews|id email created_at|Holds back reviews that look bought.
newsletter-signup|node|http|12|marketing|signup|signups|email created_at|Takes sign-ups for the newsletter and asks for confirmation.
campaign-segments|python|timer|19|marketing|customer|customers|id email amount|Sorts customers into the segments of the week.
coupon-expiry|bash|timer|9|marketing|coupon|coupons|id created_at|Takes old coupons out of the shop each morning.
session-cleanup|bash|timer|7|platform|session|sessions|id created_at|Forgets sessions nobody has used for a while.
backup-verify|bash|timer|14|platform|backup|backups|id created_at|Opens last night's backups and complains about those it cannot read.
cert-watch|go|timer|11|platform|certificate|certificates|id created_at|Warns four weeks before a certificate runs out.
log-router|go|queue|33|platform|line|lines|id created_at|Sends log lines to the place that their owner asked for.
status-page|node|timer|16|platform|check|checks|id created_at|Writes the public status page every minute.
feature-flags|node|http|23|platform|flag|flags|id|Tells the shop which features are on for whom.
order-intake-b2b|node|http|8|checkout|order|orders|id email amount|Takes orders of business customers, with their own rates.|returns-portal`}, {"billing-eu", "billing-releases", `
invoice-pdf|node|queue|60|billing|invoice|invoices|id amount email created_at|Prepares invoices for printing and sends them to the archive.
invoice-archive|go|queue|21|billing|invoice|invoices|id created_at|Keeps invoices for ten years and refuses to change one.
payment-webhook|node|http|44|payments|payment|payments|id amount created_at|Receives what the payment providers tell us and drops repeats.
payment-retry|python|timer|26|payments|payment|payments|id amount email|Tries failed card payments again on the days that work best.
refund-approval|python|http|17|payments|refund|refunds|id amount|Approves small refunds at once and queues the rest for a person.
vat-rates|go|http|31|tax|rate|rates|id country amount|Answers which VAT rate holds for a country and an article.
vat-report|python|timer|13|tax|sale|sales|id country amount created_at|Adds up the month for the one-stop-shop report.
dunning-letters|node|timer|20|billing|invoice|invoices|id email amount created_at|Chooses the reminders that go out today, the largest first.
currency-rates|go|timer|10|payments|rate|rates|id country amount|Fetches the central bank's reference rates every afternoon.
sepa-export|python|timer|38|payments|transfer|transfers|id amount created_at|Writes the SEPA file for the bank.
fraud-score|python|queue|54|payments|payment|payments|id amount country email|Gives every payment a score before it is captured.
ledger-import|go|queue|25|billing|booking|bookings|id amount created_at|Brings bookings into the ledger, rounded as the auditors like it.
month-close|bash|timer|6|billing|booking|bookings|id created_at|Closes the books on the first working day of a month.
invoice-pdf-retail|node|queue|12|billing|receipt|receipts|id amount created_at|The shops' receipts, grown out of the invoices.|invoice-pdf`}, {"media-lab", "media-drop", `
thumbnail|python|queue|49|media|image|images|id created_at|Makes the small pictures for lists and cards.
video-probe|go|queue|24|media|video|videos|id created_at|Looks into uploaded videos and refuses what cannot be played.
transcode-queue|node|queue|37|media|job|jobs|id amount created_at|Decides which transcoding job runs next.
subtitle-merge|python|http|14|media|subtitle|subtitles|id created_at|Merges subtitles of several translators into one track.
image-metadata|node|queue|28|media|image|images|id email created_at|Strips private details from pictures before they go public.
podcast-feed|node|http|19|audio|episode|episodes|id created_at|Writes the feeds of all shows, newest episode first.
loudness-scan|python|timer|11|audio|episode|episodes|id amount|Measures loudness and names episodes that are too quiet.
asset-expiry|bash|timer|8|media|asset|assets|id created_at|Takes pictures offline when their licence ends.
cdn-purge|bash|http|5|media|path|paths|id created_at|Purges paths from the delivery network after a correction.
upload-policy|go|http|16|media|upload|uploads|id email|Says who may upload what, and how large.
face-blur-queue|python|queue|3|media|image|images|id|Collects pictures in which faces are to be made unrecognisable.`}}
}

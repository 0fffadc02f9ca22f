// Command promrules says which alerts of a file of rules fire, by Prometheus' own parser and query engine.
//
// `promrules RULES <CASES` reads a JSON list of cases, each a list of series in PromQL's notation for tests, as
// `up{job="a"} 1 1x14 0x30`, with a value a minute. It prints for each case the alerts that fire at its last minute.
// A rule that Prometheus would not load is an error.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

var promQL = parser.NewParser(parser.Options{})

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(path string) error {
	groups, errs := rulefmt.ParseFile(path, false, model.UTF8Validation, promQL, slog.Default())
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	var cases [][]string
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		return err
	}
	answers := make([][]string, len(cases))
	for i, lines := range cases {
		fixture, err := parse(lines)
		if err != nil {
			return err
		}
		answers[i] = []string{}
		for _, group := range groups.Groups {
			for _, rule := range group.Rules {
				fires, err := fixture.fires(rule)
				if err != nil {
					return err
				}
				if fires {
					answers[i] = append(answers[i], rule.Alert)
				}
			}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

// memory is what was scraped, a sample a minute.
type memory struct {
	series  []storage.Series
	minutes int
}

type sample struct {
	t int64
	f float64
}

func (s sample) ST() int64                     { return 0 }
func (s sample) T() int64                      { return s.t }
func (s sample) F() float64                    { return s.f }
func (s sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s sample) H() *histogram.Histogram       { return nil }
func (s sample) FH() *histogram.FloatHistogram { return nil }
func (s sample) Copy() chunks.Sample           { return s }

func at(minute int) time.Time { return time.Unix(int64(minute)*60, 0) }

func parse(lines []string) (*memory, error) {
	m := &memory{}
	for _, line := range lines {
		lset, values, err := promQL.ParseSeriesDesc(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
		var samples []chunks.Sample
		for minute, value := range values {
			if !value.Omitted {
				samples = append(samples, sample{at(minute).UnixMilli(), value.Value})
			}
		}
		m.series = append(m.series, storage.NewListSeries(lset, samples))
		m.minutes = max(m.minutes, len(values))
	}
	return m, nil
}

// fires tells whether anything that the rule asks for has been there for as long as its `for` says.
func (m *memory) fires(rule rulefmt.Rule) (bool, error) {
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1e6, Timeout: time.Minute, LookbackDelta: 5 * time.Minute, Parser: promQL})
	pendingSince := map[uint64]int{}
	for minute := range m.minutes {
		query, err := engine.NewInstantQuery(context.Background(), m, nil, rule.Expr, at(minute))
		if err != nil {
			return false, err
		}
		result := query.Exec(context.Background())
		vector, err := result.Vector()
		if err != nil {
			return false, fmt.Errorf("%s: %w", rule.Alert, err)
		}
		still := map[uint64]int{}
		for _, each := range vector {
			hash := each.Metric.Hash()
			still[hash] = minute
			if since, ok := pendingSince[hash]; ok {
				still[hash] = since
			}
		}
		pendingSince = still
	}
	for _, since := range pendingSince {
		if at(m.minutes-1).Sub(at(since)) >= time.Duration(rule.For) {
			return true, nil
		}
	}
	return false, nil
}

func (m *memory) Querier(_, _ int64) (storage.Querier, error) { return querier{m}, nil }

type querier struct{ *memory }

func (q querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	var found []storage.Series
	for _, series := range q.series {
		if !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(series.Labels().Get(m.Name)) }) {
			found = append(found, series)
		}
	}
	return &seriesSet{found, -1}
}

func (querier) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (querier) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (querier) Close() error { return nil }

type seriesSet struct {
	series []storage.Series
	i      int
}

func (s *seriesSet) Next() bool                        { s.i++; return s.i < len(s.series) }
func (s *seriesSet) At() storage.Series                { return s.series[s.i] }
func (s *seriesSet) Err() error                        { return nil }
func (s *seriesSet) Warnings() annotations.Annotations { return nil }

// The first view: how much is at stake, in which of the five ways, what was examined, and which cases come first.
import { useShared } from '../app';
import { DaysChart } from '../charts/days';
import { CoverageCard } from '../parts/coverage';
import { DiagnosisBars } from '../parts/diagnosis-bars';
import { Exceptions } from '../parts/exceptions';
import { Hero } from '../parts/hero';
import { TopCases } from '../parts/top-cases';

const MANY_MISSED = 10;
const FEW_DIAGNOSED = 4;

export function OverviewView() {
  const { data, findings } = useShared();
  const some = findings.rows > 0;
  const missed = data.coverage.filter(([, , examined]) => !examined).length;
  const diagnosed = new Set(data.sums.map(([exception, diagnosis]) => `${exception}/${diagnosis}`)).size;
  // Where little was found or much was not examined, the left column has room for the chart.
  const beside = some && (missed >= MANY_MISSED || diagnosed <= FEW_DIAGNOSED);
  return (
    <div class="page overview">
      <Hero />
      <Exceptions />
      <div class={some ? 'halves' : ''}>
        {some && (
          <div class="stack">
            <DiagnosisBars />
            {beside && <DaysChart measure="" small />}
          </div>
        )}
        <CoverageCard />
      </div>
      {some && !beside && <DaysChart measure="" small />}
      {some && <TopCases />}
    </div>
  );
}

// The first view: how much is at stake, in which of the five ways, what was examined, and which cases come first.
import { useShared } from '../app';
import { DaysChart } from '../charts/days';
import { CoverageCard } from '../parts/coverage';
import { DiagnosisBars } from '../parts/diagnosis-bars';
import { Exceptions } from '../parts/exceptions';
import { Hero } from '../parts/hero';
import { TopCases } from '../parts/top-cases';

export function OverviewView() {
  const { findings } = useShared();
  const some = findings.rows > 0;
  return (
    <div class="page overview">
      <Hero />
      <Exceptions />
      <div class={some ? 'halves' : ''}>
        {some && <DiagnosisBars />}
        <CoverageCard />
      </div>
      {some && <DaysChart measure="" small />}
      {some && <TopCases />}
    </div>
  );
}

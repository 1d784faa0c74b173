using System.Runtime.CompilerServices;
using Bellman.Numerics;

namespace Bellman;

/// <summary>The dynamics of many <see cref="MountainCar"/>s; see there for the task.</summary>
internal readonly struct MountainCarBatch(int count, double goalVelocity) : IBatchDynamics
{
    private readonly double[] position = new double[count];
    private readonly double[] velocity = new double[count];

    public double[][] State => [position, velocity];

    public void Begin(int copy, RandomStream random, Span<float> observation)
    {
        position[copy] = random.Uniform(-0.6, -0.4);
        velocity[copy] = 0;
        observation[0] = (float)position[copy];
        observation[1] = 0;
    }

    public void Derive(int copy)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Step<TLanes>(int first, Rows actions, Span<float> observations, double[] rewards) where TLanes : struct, IDoubleLanes<TLanes>
    {
        var x = TLanes.Load(position, first);
        var v = TLanes.Load(velocity, first);
        var throttle = TLanes.Load(actions.Integers(), first) - TLanes.Create(1);
        var (_, slope) = DoubleMath.SinCos(TLanes.Create(3) * x);
        v = TLanes.MultiplyAdd(throttle, TLanes.Create(MountainCar.Force), v) - (slope * TLanes.Create(MountainCar.Gravity));
        v = TLanes.Min(TLanes.Max(v, TLanes.Create(-CarOnHill.MaximumSpeed)), TLanes.Create(CarOnHill.MaximumSpeed));
        var wall = TLanes.Create(CarOnHill.MinimumPosition);
        x = TLanes.Min(TLanes.Max(x + v, wall), TLanes.Create(CarOnHill.MaximumPosition));

        // The wall on the left stops the car.
        v = TLanes.Select(TLanes.Equal(x, wall), TLanes.Max(v, TLanes.Create(0)), v);
        x.Store(position, first);
        v.Store(velocity, first);
        TLanes.StoreRows(observations, first, x, v);
        TLanes.Create(-1).Store(rewards, first);
        return TLanes.LessThanOrEqual(TLanes.Create(MountainCar.GoalPosition), x) & TLanes.LessThanOrEqual(TLanes.Create(goalVelocity), v);
    }
}
